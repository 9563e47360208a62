import { InputError, inTheWay } from '../input-error.ts'
import { recordFile } from '../template/record.ts'
import type { Tree, TreeFile } from '../template/tree.ts'
import {
  type Merged,
  mergeLines,
  mergeManifest,
  plainText,
  type Sides,
  type Winner,
  withLineEndsOf,
} from './merge.ts'
import { mergeEnv } from './merge-env.ts'
import { type Change, type OnConflict, readPresent } from './plan.ts'

// What everybody edits, and what can be merged by its meaning.
const meaningful: Record<string, (texts: Sides<string>, winner: Winner) => Merged> = {
  'package.json': mergeManifest,
  '.env': mergeEnv,
  '.env.example': mergeEnv,
}

/** The ways to deal with files that the owner has edited and a command changes, in words for a person. */
export const editedChoices: { name: OnConflict; description: string }[] = [
  { name: 'error', description: 'write nothing, and name them all' },
  { name: 'skip', description: 'keep them as you have them' },
  { name: 'merge', description: 'merge them line by line, and write nothing where that cannot be' },
  { name: 'overwrite', description: 'give up what you have edited in them' },
]

/** What it takes to make an app that is `base`, edited by its owner, into `next`; names only files in which the two differ. */
export function planThreeWay({
  base,
  next,
  target,
  onConflict,
}: {
  base: Tree
  next: Tree
  target: string
  onConflict: OnConflict
}): Change[] {
  const paths = [...new Set([...base.keys(), ...next.keys()])].sort()
  return paths.flatMap((path) => {
    const [was, will] = [base.get(path), next.get(path)]
    if (was && will && Buffer.from(was.bytes).equals(will.bytes)) return []
    const before = readPresent(target, path)
    const change = planFile({ path, was, will, before, onConflict })
    return change ?? []
  })
}

interface Place {
  path: string
  was: TreeFile | undefined
  will: TreeFile | undefined
  before: Buffer | undefined
  onConflict: OnConflict
}

function planFile(place: Place): Change | undefined {
  const { path, was, will, before, onConflict } = place
  if (isSame(before, will)) return undefined
  // A clone has no .env until "npm run setup" makes it, and the record is nobody's to edit.
  if (path === '.env' && !before) return undefined
  if (isSame(before, was) || path === recordFile) return take(place)
  const byMeaning = planMeaning(place)
  if (byMeaning) return byMeaning
  if (onConflict === 'overwrite') return take(place)
  const file = asThere(before, will)
  const change = { path, ...(file && { file }), ...(before && { before }) }
  const merged = onConflict === 'merge' && file && mergeText(place)
  if (merged) return { ...change, kind: 'merge', file: { ...file, bytes: merged } }
  const note = whyOpen(place)
  return { ...change, kind: onConflict === 'skip' ? 'keep' : 'conflict', ...(note && { note }) }
}

function whyOpen({ was, will, before }: Place): string | undefined {
  if (!before) return 'you have removed it'
  if (!was) return 'it is your own'
  return will ? undefined : 'it would be removed'
}

function take({ path, will, before }: Place): Change {
  const file = asThere(before, will)
  if (!file) return { path, kind: 'remove', ...(before && { before }) }
  return before ? { path, kind: 'replace', file, before } : { path, kind: 'create', file }
}

function planMeaning({ path, was, will, before, onConflict }: Place): Change | undefined {
  const merge = Object.hasOwn(meaningful, path) && meaningful[path]
  if (!merge || !was || !will || !before) return undefined
  const merged = tryMerge({ base: was.bytes, mine: before, next: will.bytes }, (texts) =>
    merge(texts, onConflict === 'overwrite' ? 'next' : 'mine'),
  )
  if (!merged) {
    const note = 'cannot be read as such, nor be merged'
    return onConflict === 'overwrite' || onConflict === 'skip'
      ? undefined
      : { path, kind: 'conflict', file: will, before, note }
  }
  const { text, clashes } = merged
  const file = { ...will, bytes: withLineEndsOf(before, Buffer.from(text)) }
  const note = clashes.length > 0 && onConflict !== 'overwrite' && clashes.join(', ')
  const isOpen = note && (onConflict === 'error' || onConflict === 'merge')
  const change = { path, file, before, ...(note && { note }) }
  if (isOpen) return { ...change, kind: 'conflict' }
  if (!file.bytes.equals(before)) return { ...change, kind: 'merge' }
  return { ...change, kind: note ? 'keep' : 'same' }
}

function mergeText({ was, will, before }: Place): Buffer | undefined {
  if (!was || !will || !before) return undefined
  const text = tryMerge({ base: was.bytes, mine: before, next: will.bytes }, mergeLines)
  return text === undefined ? undefined : withLineEndsOf(before, Buffer.from(text))
}

function tryMerge<T>(
  { base, mine, next }: Sides<Uint8Array>,
  merge: (texts: Sides<string>) => T,
): T | undefined {
  try {
    return merge({ base: plainText(base), mine: plainText(mine), next: plainText(next) })
  } catch {
    // No UTF-8, or no JSON.
    return undefined
  }
}

function isSame(there: Buffer | undefined, file: TreeFile | undefined): boolean {
  const ours = asThere(there, file)
  return there && ours ? there.equals(ours.bytes) : !there && !ours
}

function asThere(there: Buffer | undefined, file: TreeFile | undefined): TreeFile | undefined {
  return there && file ? { ...file, bytes: withLineEndsOf(there, file.bytes) } : file
}

/** The error over what the owner of an app has edited and has to decide about, with all of its names; undefined where nothing is. */
export function threeWayError(
  changes: Change[],
  { step, to, onConflict }: { step: 'switch' | 'update'; to: string; onConflict: OnConflict },
): InputError | undefined {
  const edited = changes.filter(({ kind }) => kind === 'conflict')
  if (edited.length === 0) return undefined
  const names = edited.map(({ path, note }) => (note ? `${path} (${note})` : path)).join(', ')
  return new InputError(
    onConflict === 'merge'
      ? `what you have edited cannot all be merged with what ${to} needs: ${names}. Say --on-conflict skip to keep yours or overwrite to give it up, or undo your changes there`
      : `you have edited files that the ${step} to ${to} changes: ${names}. Say --on-conflict merge, skip (yours stay) or overwrite (yours go), or see what each would do with --dry-run`,
    inTheWay,
  )
}
