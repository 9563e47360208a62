import type { OnConflict } from '../changes/changes.ts'
import { detectPackageManager, findPackageManager, packageManagers } from '../package-managers.ts'
import { checkStore, defaultStore, listStores } from '../stores.ts'
import type { Tree } from '../tree.ts'
import { defaultLifetimes, settleLifetimes } from './lifetimes.ts'
import { resolveTarget } from './target.ts'

/** What the author of an app decides about it. */
export interface AppAnswers {
  dir: string
  store: string
  /** Whether it has index, login and logout alone. */
  minimal: boolean
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
  name: 'dir' | 'store' | 'minimal' | 'lifetime' | 'maxLifetime' | 'permanent' | 'packageManager'
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
      name: 'minimal',
      message: 'Make the quickstart alone: index, login and logout',
      usual: false,
    },
    {
      name: 'lifetime',
      message: 'Log out after this long without a request',
      usual: defaultLifetimes.idle,
      follow: ({ maxLifetime: absolute }) => settleLifetimes({ absolute }).idle,
      check: (idle, { maxLifetime: absolute }) => settleLifetimes({ idle, absolute }),
    },
    {
      name: 'maxLifetime',
      message: 'Log out this long after the login, whatever happens',
      usual: defaultLifetimes.absolute,
      follow: ({ lifetime: idle }) => settleLifetimes({ idle }).absolute,
      check: (absolute, { lifetime: idle }) => settleLifetimes({ idle, absolute }),
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
