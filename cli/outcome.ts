import type { Change } from '../generators/changes/changes.ts'
import { fileDiff } from './file-diff.ts'

/** What a command came to; what is printed for people and for programs is made from it alone. */
export interface Outcome {
  /** Whether this is what would come of it, and nothing was written. */
  dryRun: boolean
  exitCode: number
  /** What went wrong after the files were written, or why the real run would be refused, in one line. */
  error?: string
  /** The folder of the app or project, absolute. */
  folder: string
  /** The command that does the same again. */
  command: string
  /** How to log in to an app that has just been made. */
  login?: { user: string; password: string; address: string }
  /** What is good to know, a sentence each. */
  notes: string[]
  warnings: string[]
  /** What to do next: commands, some with a comment, and sentences, in their order. */
  nextSteps: string[]
  files: FileOutcome[]
}

/** A file, its size after the run in bytes, and what became of it. */
export interface FileOutcome {
  path: string
  bytes: number
  what: 'created' | 'replaced' | 'merged' | 'kept' | 'same' | 'removed' | 'conflict'
  /** In a dry run, what is there beside what would be written. */
  diff?: string
}

const words = {
  create: 'created',
  replace: 'replaced',
  merge: 'merged',
  keep: 'kept',
  same: 'same',
  remove: 'removed',
  conflict: 'conflict',
} as const

/** What became of each file, in the order of their paths. */
export function fileOutcomes(changes: Change[], { dryRun = false } = {}): FileOutcome[] {
  const files = changes.map((change) => {
    const { path, kind, file, before } = change
    const isTheirs = kind === 'keep' || kind === 'remove' || kind === 'conflict'
    const bytes = (isTheirs ? (before ?? file?.bytes) : file?.bytes)?.byteLength ?? 0
    const diff = dryRun ? fileDiff(change) : undefined
    return { path, bytes, what: words[kind], ...(diff !== undefined && { diff }) }
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
