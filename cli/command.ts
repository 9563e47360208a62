import type { Tree } from '../generators/tree.ts'
import type { Settled } from './answers.ts'
import type { Option, Said } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Voice } from './voice.ts'

/** One thing that we can be told to do: its options, and how it is done. */
export interface Command {
  /** The first word of the arguments; the command that makes an app has none. */
  name: '' | 'switch' | 'add'
  /** What it does, for its help. */
  about: string
  /** Its options, `dir` included, in a folder. */
  options: (template: Tree, cwd: string) => Option[]
  /** Reads what the arguments point to, before anything is asked. */
  prepare?: (said: Said) => Promise<Said>
  /** Does it; throws a Refusal where that cannot be, and leaves nothing behind then. */
  run: (order: Order) => Promise<Outcome>
}

/** What a command works from, once nothing is left to ask. */
export interface Order {
  settled: Settled
  template: Tree
  voice: Voice
  /** To be called as soon as files are there: from then on a Ctrl-C cannot take them back. */
  written: () => void
}
