import { parseEnv } from 'node:util'
import { diffIndices } from 'node-diff3'
import { fillEnv } from '../../template/app/src/session/settings.ts'
import { InputError, inTheWay } from '../input-error.ts'
import { recordFile } from '../template/record.ts'
import { putText, type Tree, type TreeFile, textOf } from '../template/tree.ts'
import {
  type Merged,
  mergeBytes,
  mergeLines,
  mergeManifest,
  plainText,
  type ThreeWay,
  variableIn,
  type Winner,
  withLineEndsOf,
} from './merge.ts'
import { type Change, mergedChange, type OnConflict, readPresent } from './plan.ts'

type MergeTexts = (texts: ThreeWay<string>, winner: Winner) => Merged | undefined

// What everybody edits, and what can be merged by its meaning.
const meaningful = new Map<string, MergeTexts>([
  ['package.json', mergeManifest],
  ['.env', mergeEnv],
  ['.env.example', mergeEnv],
])

const byLines: MergeTexts = (texts) => {
  const text = mergeLines(texts)
  return text === undefined ? undefined : { text, clashes: [] }
}

/** What it takes to make an app that is `base`, edited by its owner, into `next`, with the secrets and users that it has: only what differs between the two; and the error over what the owner has to decide about first, for a goal such as `switch to redis`. */
export function planThreeWay(
  { base, next }: Record<'base' | 'next', Tree>,
  { folder, onConflict, goal }: { folder: string; onConflict: OnConflict; goal: string },
): { changes: Change[]; error: InputError | undefined } {
  keepSecrets(folder, { base, next })
  const paths = [...new Set([...base.keys(), ...next.keys()])].sort()
  const changes = paths.flatMap((path) => {
    const [was, will] = [base.get(path), next.get(path)]
    if (was && will && Buffer.from(was.bytes).equals(will.bytes)) return []
    const before = readPresent(folder, path)
    const asThere = (file: TreeFile | undefined) =>
      file && before ? { ...file, bytes: withLineEndsOf(before, file.bytes) } : file
    return planFile({ path, was: asThere(was), will: asThere(will), before, onConflict }) ?? []
  })
  const names = changes
    .filter(({ kind }) => kind === 'conflict')
    .map(({ path, note }) => (note ? `${path} (${note})` : path))
    .join(', ')
  if (names === '') return { changes, error: undefined }
  const message =
    onConflict === 'merge'
      ? `what you have edited cannot all be merged with what the ${goal} needs: ${names}. Say --on-conflict skip to keep yours or overwrite to give it up, or undo your changes there`
      : `you have edited files that the ${goal} changes: ${names}. Say --on-conflict merge, skip (yours stay) or overwrite (yours go), or see what each would do with --dry-run`
  return { changes, error: new InputError(message, inTheWay) }
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
  const isThere = (file: TreeFile | undefined) =>
    before && file ? before.equals(file.bytes) : !before && !file
  if (isThere(will)) return undefined
  // A clone has no .env until "npm run setup" makes it, and the record is nobody's to edit.
  if (path === '.env' && !before) return undefined
  const change = { path, file: will, before }
  const taken: Change = { ...change, kind: !will ? 'remove' : before ? 'replace' : 'create' }
  if (isThere(was) || path === recordFile) return taken
  const isUndecided = onConflict === 'error' || onConflict === 'merge'
  const merged = merge(place)
  if (merged) return merged.note && isUndecided ? { ...merged, kind: 'conflict' } : merged
  if (onConflict === 'overwrite') return taken
  return { ...change, kind: isUndecided ? 'conflict' : 'keep', note: whyOpen(place) }
}

function merge({ path, was, will, before, onConflict }: Place): Change | undefined {
  const mergeTexts = meaningful.get(path) ?? (onConflict === 'merge' && byLines)
  if (!mergeTexts || !was || !will || !before) return undefined
  const winner = onConflict === 'overwrite' ? 'next' : 'mine'
  const merged = mergeBytes(before, (mine) =>
    mergeTexts({ base: plainText(was.bytes), mine, next: plainText(will.bytes) }, winner),
  )
  if (!merged) return undefined
  const clashes = winner === 'mine' ? merged.clashes : []
  return mergedChange({ path, file: will, before }, { ...merged, clashes })
}

function whyOpen({ path, was, will, before }: Place): string | undefined {
  if (!before) return 'you have removed it'
  if (!was) return 'it is your own'
  if (!will) return 'it would be removed'
  return meaningful.has(path) ? 'cannot be read as such, nor be merged' : undefined
}

/** Three `.env` files merged by their variables; other lines, and the order, are those of `mine` where `next` changes nothing. */
export function mergeEnv(texts: ThreeWay<string>, winner: Winner): Merged {
  const base = parseEnv(texts.base)
  const mine = parseEnv(texts.mine)
  const next = parseEnv(texts.next)
  const names = Object.keys({ ...base, ...next })
  const changed = names.filter((name) => base[name] !== next[name])
  const clashes = changed.filter((name) => mine[name] !== base[name] && mine[name] !== next[name])
  // Merged by where they stand; what they say is filled in afterwards.
  const places = (text: string, isLeft = (_name: string) => false) => {
    const lines = text.split('\n').map((line) => ({ line, name: variableIn(line) ?? '' }))
    const kept = lines.filter(({ name }) => !isLeft(name))
    return kept.map(({ line, name }) => (changed.includes(name) ? `${name}=` : line)).join('\n')
  }
  const three = {
    // As if we had never written what both have changed, so that it stays wherever one side has it.
    base: places(texts.base, (name) => clashes.includes(name)),
    mine: places(texts.mine),
    next: places(texts.next),
  }
  // It resolves whatever there is, so that there always is a merge.
  const merged = mergeLines(three, resolve) as string
  const open = new Set(changed)
  const filled = merged.split('\n').flatMap((line) => {
    const name = variableIn(line) ?? ''
    if (!changed.includes(name)) return line
    // Who has moved a variable has it at the place that it came from as well, by now.
    if (!open.delete(name)) return []
    const side = winner === 'mine' && clashes.includes(name) ? texts.mine : texts.next
    return side.split('\n').findLast((each) => variableIn(each) === name) ?? []
  })
  return { text: filled.join('\n'), clashes }
}

/** Gives both trees of an app the secrets that it has now, and takes its users out of them. */
function keepSecrets(folder: string, { base, next }: { base: Tree; next: Tree }): void {
  const there = parseEnv(readPresent(folder, '.env')?.toString('utf8') ?? '')
  const made = parseEnv(textOf(next, '.env') ?? '')
  const secret = there.SESSION_SECRETS || made.SESSION_SECRETS
  const password = there.STORE_PASSWORD || made.STORE_PASSWORD
  const secrets = { ...(secret && { secret }), ...(password && { password }) }
  for (const tree of [base, next]) {
    const example = textOf(tree, '.env.example') ?? ''
    const whole = there.STORE_PASSWORD ? withPassword(example) : example
    putText(tree, '.env', fillEnv(whole, secrets), 0o600)
    tree.delete('data/users.json')
  }
}

// A server keeps its password with its data, so that who switches back needs it again.
function withPassword(example: string): string {
  if (/^STORE_PASSWORD=/m.test(example)) return example
  return example.replace(/^(?=SESSION_STORE_URL=)/m, 'STORE_PASSWORD=<password>\n')
}

// The store's block beside lines of the user's own: the block as it is now, and these around it.
function resolve({ base, mine, next }: ThreeWay<string[]>): string[] {
  const above: string[] = []
  const below: string[] = []
  const gone: string[] = []
  for (const { buffer1, buffer1Content, buffer2Content } of diffIndices(base, mine)) {
    const [start, count] = buffer1
    const side = start === 0 && count === 0 ? above : below
    side.push(...buffer2Content)
    gone.push(...buffer1Content.filter((line) => line !== ''))
  }
  return [...above, ...next.filter((line) => !gone.includes(line)), ...below]
}
