import { defaultLifetimes, settleLifetimes } from './lifetimes.ts'
import { checkStore, defaultStore, listStores } from './stores.ts'
import { resolveTarget } from './target.ts'
import type { Tree } from './tree.ts'

/** What the author of an app decides about it. */
export interface AppAnswers {
  dir: string
  store: string
  /** The idle and the absolute lifetime, such as `30m` and `12h`. */
  lifetime: string
  maxLifetime: string
  /** Whether the cookie outlives the browser. */
  permanent: boolean
  /** A random one where none is given. */
  secret?: string
  password?: string
  /** The package that brings Node to a machine whose own is too old. */
  nodePackage?: string
}

/** Something to know before an app can be made: what is asked, what is usual, what is refused. */
export interface Question {
  name: 'dir' | 'store' | 'lifetime' | 'maxLifetime' | 'permanent'
  message: string
  usual: string | boolean
  /** What is usual once these answers are given. */
  follow?: (answers: Partial<AppAnswers>) => string
  choices?: { name: string; description: string }[]
  check?: (value: string, answers: Partial<AppAnswers>) => void
}

/** What to ask about an app that is to lie below `cwd`. */
export function appQuestions(template: Tree, cwd: string): Question[] {
  return [
    {
      name: 'dir',
      message: 'Folder of the app, and its name',
      usual: 'my-app',
      check: (value) => resolveTarget(value, cwd),
    },
    {
      name: 'store',
      message: 'Where sessions live',
      usual: defaultStore,
      choices: listStores(template),
      check: (value) => checkStore(template, value),
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
  ]
}
