import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InputError, inTheWay, quote } from '../input-error.ts'
import type { Tree, TreeFile } from '../template/tree.ts'
import { canMerge, mergeFile, withLineEndsOf } from './merge.ts'

/** The ways to deal with files that are there already and are not the same. */
export const conflictWays = ['error', 'skip', 'merge', 'overwrite'] as const

/** One of these ways: nothing is written, theirs stays, the two are joined, or ours goes in its place. */
export type OnConflict = (typeof conflictWays)[number]

/** What happens to one file: `conflict` is one that nobody has decided about, so that nothing may be written. */
export interface Change {
  path: string
  kind: 'create' | 'replace' | 'merge' | 'keep' | 'same' | 'remove' | 'conflict'
  /** What would be written: of `keep` and `conflict` as well, so that both can be compared. */
  file?: TreeFile | undefined
  /** What is there now. */
  before?: Uint8Array | undefined
  /** Why a file is kept or in the way, or what of it is, in a few words, where that does not go without saying. */
  note?: string | undefined
}

/** What it takes to bring a tree into a folder, file by file; reads and writes nothing else; throws for a link or a folder where a file would go. */
export function planChanges(tree: Tree, target: string, onConflict: OnConflict): Change[] {
  return [...tree].map(([path, file]): Change => {
    const before = readPresent(target, path)
    if (!before) return { path, kind: 'create', file }
    const ours = { ...file, bytes: withLineEndsOf(before, file.bytes) }
    const change = { path, file: ours, before }
    if (before.equals(ours.bytes)) return { ...change, kind: 'same' }
    if (onConflict === 'overwrite') return { ...change, kind: 'replace' }
    if (onConflict === 'merge' && canMerge(path)) {
      const merged = mergeFile(path, before, file.bytes)
      if (merged) return mergedChange(change, merged)
      return { ...change, kind: 'keep', note: 'cannot be read as such, nor be merged' }
    }
    return { ...change, kind: onConflict === 'error' ? 'conflict' : 'keep' }
  })
}

/** What a merge makes of a file: `keep` where it leaves what is there, against what would be written. */
export function mergedChange(
  { path, file, before }: { path: string; file: TreeFile; before: Buffer },
  { bytes, clashes }: { bytes: Buffer; clashes: string[] },
): Change {
  const note = clashes.length > 0 ? clashes.join(', ') : undefined
  const kind = before.equals(bytes) ? (note ? 'keep' : 'same') : 'merge'
  return { path, kind, file: { ...file, bytes }, before, note }
}

/** The text of a file as it is once the changes are made. */
export function textAfter(changes: Change[], path: string): string {
  const { kind, file, before } = changes.find((each) => each.path === path) ?? {}
  const isTheirs = kind === 'keep' || kind === 'conflict'
  return Buffer.from((isTheirs ? before : file?.bytes) ?? []).toString('utf8')
}

/** What a file of a folder holds, undefined where there is none; throws where something else is in its place. */
export function readPresent(folder: string, path: string): Buffer | undefined {
  const steps = path.split('/')
  for (const [at] of steps.entries()) {
    const place = join(folder, ...steps.slice(0, at + 1))
    const found = lstatSync(place, { throwIfNoEntry: false })
    if (!found) return undefined
    const isLast = at === steps.length - 1
    if (isLast ? found.isFile() : found.isDirectory()) continue
    const kind = found.isSymbolicLink() ? 'a link' : isLast ? 'no file' : 'no folder'
    throw new InputError(
      `${quote(place)} is ${kind}, and ${quote(path)} goes there: move it out of the way`,
      inTheWay,
    )
  }
  return readFile(join(folder, path))
}

function readFile(place: string): Buffer {
  try {
    return readFileSync(place)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new InputError(`${quote(place)} cannot be read (${code}): give yourself the right to`)
  }
}

// What systems, editors and hosts of repositories put into a folder before anybody begins.
const harmless = /^(\.git|\.gitattributes|\.DS_Store|\.idea|\.vscode|Thumbs\.db|LICENSE(\.\w+)?)$/

/** The entries of a folder, if it is there, that somebody may miss when an app is written over it. */
export function entriesInTheWay(folder: string): string[] {
  try {
    return readdirSync(folder).filter((entry) => !harmless.test(entry))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new InputError(`the folder ${quote(folder)} cannot be read: choose another place`)
  }
}

/** The error of changes that somebody has to decide about first, with the names of the files; undefined where there are none. */
export function conflictError(changes: Change[], folder: string): InputError | undefined {
  const paths = changes.flatMap(({ path, kind }) => (kind === 'conflict' ? [path] : []))
  if (paths.length === 0) return undefined
  const few =
    paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '')
  const name = quote(basename(folder) || dirname(folder))
  return new InputError(
    `files of ${name} are in the way: ${few}. Say --on-conflict skip, merge or overwrite, or see what each would do with --dry-run`,
    inTheWay,
  )
}
