import type { OnConflict } from '../changes/changes.ts'
import { detectPackageManager, findPackageManager, packageManagers } from '../package-managers.ts'
import { checkStore, defaultStore, listStores } from '../stores.ts'
import type { Tree } from '../tree.ts'
import { defaultLevel, findLevel, listLevels } from './levels.ts'
import { settleLifetimes } from './lifetimes.ts'
import { resolveTarget } from './target.ts'

/** What the author of an app decides about it. */
export interface AppAnswers {
  dir: string
  store: string
  /** The assurance level of NIST SP 800-63B: `1`, `2` or `3`. */
  aal: string
  /** The idle and the absolute lifetime, such as `30m` and `12h`. */
  lifetime: string
  maxLifetime: string
  /** Whether the cookie outlives the browser. */
  permanent: boolean
  /** Such as `npm` or `pnpm@12.21.0`; npm where it is not said. */
  packageManager?: string
  /** A random one where none is given. */
  secret?: string
  password?: string
  /** The package that brings Node to a machine whose own is too old. */
  nodePackage?: string
  /** What to do with files that are in the way; `error` where it is not said. */
  onConflict?: OnConflict
  /** Finds out what would be written, and writes nothing. */
  dryRun?: boolean
}

/** Something to know before an app can be made: what is asked, what is usual, what is refused. */
export interface Question {
  name: 'dir' | 'store' | 'aal' | 'lifetime' | 'maxLifetime' | 'permanent' | 'packageManager'
  message: string
  usual: string | boolean
  /** What is usual once these answers are given. */
  follow?: (answers: Partial<AppAnswers>) => string
  choices?: { name: string; description: string }[]
  /** Whether there are more answers than these. */
  open?: boolean
  check?: (value: string, answers: Partial<AppAnswers>) => void
}

/** What to ask about an app that is to lie below `cwd`. */
export function appQuestions(template: Tree, cwd: string): Question[] {
  const usual = findLevel(defaultLevel)
  return [
    {
      name: 'dir',
      message: 'Folder of the app, and its name',
      usual: 'my-app',
      check: (value, answers) => resolveTarget(value, cwd, answers),
    },
    {
      name: 'store',
      message: 'Where sessions live',
      usual: defaultStore,
      choices: listStores(template),
      check: (value) => checkStore(template, value),
    },
    {
      name: 'aal',
      message: 'Lifetimes for this assurance level of NIST SP 800-63B: 1, 2 or 3',
      usual: defaultLevel,
      choices: listLevels(),
      check: (value) => findLevel(value),
    },
    {
      name: 'lifetime',
      message: 'Log out after this long without a request',
      usual: usual.idle,
      follow: ({ aal, maxLifetime: absolute }) => settleLifetimes({ aal, absolute }).idle,
      check: (idle, { aal, maxLifetime: absolute }) => settleLifetimes({ aal, idle, absolute }),
    },
    {
      name: 'maxLifetime',
      message: 'Log out this long after the login, whatever happens',
      usual: usual.absolute,
      follow: ({ aal, lifetime: idle }) => settleLifetimes({ aal, idle }).absolute,
      check: (absolute, { aal, lifetime: idle }) => settleLifetimes({ aal, idle, absolute }),
    },
    { name: 'permanent', message: 'Keep the cookie when the browser is closed', usual: false },
    managerQuestion(),
  ]
}

function managerQuestion(): Question {
  const { packageManager: usual } = detectPackageManager()
  const { manager } = findPackageManager(usual)
  return {
    name: 'packageManager',
    message: 'Package manager of the app',
    usual,
    choices: packageManagers.map(({ name, description }) => ({
      name: name === manager.name ? usual : name,
      description,
    })),
    open: true,
    check: (value) => findPackageManager(value),
  }
}
