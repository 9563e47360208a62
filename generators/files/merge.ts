import { isDeepStrictEqual } from 'node:util'
import { diff3Merge } from 'node-diff3'
import { attempt } from '../input-error.ts'

/** The same thing three times: as we have made it, as it is there now, and as we would make it now. */
export interface ThreeWay<T> {
  base: T
  mine: T
  next: T
}

/** Which side is taken for what both have changed. */
export type Winner = 'mine' | 'next'

/** What a merge by meaning came to, and the names of what both sides have changed. */
export interface Merged {
  text: string
  clashes: string[]
}

/** The bytes of a file of ours with the line ends of one that is there: CRLF where it has no others. */
export function withLineEndsOf(there: Uint8Array, ours: Uint8Array): Buffer {
  const bytes = Buffer.from(ours)
  // Latin 1 hands on every byte as it is.
  const text = Buffer.from(there).toString('latin1')
  const isCrlf = text.includes('\r\n') && !/(?<!\r)\n/.test(text)
  // Where there is a CR or a zero, it is no text of ours.
  if (!isCrlf || bytes.includes(0) || bytes.includes('\r')) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

/** The text of a file with plain line ends and without a byte order mark; throws where it is no UTF-8. */
export const plainText = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')

type Merge = (theirs: string, ours: string) => Merged

/** Whether there is a way to join a file of that name with one that is there. */
export const canMerge = (path: string) => merges.has(path)

/** A file that is there, joined with that of the app, and the names of what both say otherwise; undefined where nobody can tell how. What is there wins, its line ends too. */
export const mergeFile = (path: string, theirs: Uint8Array, ours: Uint8Array) =>
  mergeBytes(theirs, (text) => merges.get(path)?.(text, plainText(ours)))

/** What becomes of a file by a merge of its text, with the line ends that it has; undefined where it is no UTF-8, or the merge throws. */
export function mergeBytes(there: Uint8Array, merge: (text: string) => Merged | undefined) {
  // JSON with comments, or no UTF-8, throws.
  const merged = attempt(() => merge(plainText(there)))
  if (!merged) return undefined
  return { bytes: withLineEndsOf(there, Buffer.from(merged.text)), clashes: merged.clashes }
}

// What "npm init" writes where nobody has decided yet.
const noTest = 'echo "Error: no test specified" && exit 1'
// What is about the package, and none of the app's business.
const aboutIt = /^(name|version|description|license|author|keywords|private)$/

function addToManifest(theirs: string, ours: string): Merged {
  const there = JSON.parse(theirs)
  const app = JSON.parse(ours)
  const isUndecided = there.scripts?.test === noTest && app.scripts !== undefined
  const undecided = {
    ...(there.type === 'commonjs' && { type: there.type }),
    scripts: { test: noTest },
  }
  // What is there for development alone is not there in production.
  const moved = Object.entries(there.devDependencies ?? {}).filter(
    ([name]) => name in (app.dependencies ?? {}),
  )
  const base = { ...(isUndecided && undecided), devDependencies: Object.fromEntries(moved) }
  const three = { base: JSON.stringify(base), mine: theirs, next: ours }
  const { text, clashes } = mergeJson(three, 'mine')
  return { text, clashes: clashes.filter((name) => !aboutIt.test(name)) }
}

/** The name of the variable that a line of a `.env` sets. */
export const variableIn = (line: string) => /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line)?.[1]

// Adds the lines that are not there yet, as far as they are known by something.
const addLines =
  (keyOf = (line: string): string | undefined => line): Merge =>
  (theirs, ours) => {
    const there = new Set(theirs.split('\n').map(keyOf))
    const lines = ours.split('\n').filter((line) => keyOf(line) && !there.has(keyOf(line)))
    const gap = theirs === '' || theirs.endsWith('\n') ? '' : '\n'
    const added = lines.length > 0 ? `${gap}${lines.join('\n')}\n` : ''
    return { text: theirs + added, clashes: [] }
  }

const merges = new Map<string, Merge>([
  ['package.json', addToManifest],
  ['.env', addLines(variableIn)],
  ['.env.example', addLines(variableIn)],
  ['.gitignore', addLines()],
  ['.dockerignore', addLines()],
])

/** Three texts merged line by line; lines that both sides have changed are left to `resolve`, and where that gives up there is no merge. */
export function mergeLines(
  { base, mine, next }: ThreeWay<string>,
  resolve: (region: ThreeWay<string[]>) => string[] | undefined = () => undefined,
): string | undefined {
  const lines = (text: string) => text.split('\n')
  const merged: string[] = []
  for (const { ok, conflict } of diff3Merge(lines(mine), lines(base), lines(next))) {
    const { a: ours = [], o: was = [], b: theirs = [] } = conflict ?? {}
    const region = ok ?? resolve({ base: was, mine: ours, next: theirs })
    if (!region) return undefined
    merged.push(...region)
  }
  return merged.join('\n')
}

type Json = Record<string, unknown>

/** Three JSON objects merged key by key, at any depth, in the order and indentation of `mine`; throws for what is no JSON object. */
export function mergeJson(texts: ThreeWay<string>, winner: Winner): Merged {
  const clashes: string[] = []
  const resolve = (path: string[], { mine, next }: ThreeWay<unknown>) => {
    clashes.push(path.join('.'))
    return winner === 'mine' ? mine : next
  }
  const mine = parseObject(texts.mine)
  const three = { base: parseObject(texts.base), mine, next: parseObject(texts.next) }
  const merged = mergeObjects(three, [], resolve)
  return { text: isDeepStrictEqual(merged, mine) ? texts.mine : print(merged, texts.mine), clashes }
}

function parseObject(text: string): Json {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new Error('this is no JSON object')
  return value
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Resolve = (path: string[], three: ThreeWay<unknown>) => unknown

function mergeObjects(
  { base, mine, next }: ThreeWay<Json>,
  path: string[],
  resolve: Resolve,
): Json {
  const values = new Map(Object.entries(mine))
  for (const key of new Set([...Object.keys(base), ...Object.keys(next)])) {
    const three = { base: base[key], mine: mine[key], next: next[key] }
    const value = mergeValue(three, [...path, key], resolve)
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
  const order = placeKeys([...values.keys()], { mine, next, isTop: path.length === 0 })
  return Object.fromEntries(order.map((key) => [key, values.get(key)]))
}

function mergeValue(three: ThreeWay<unknown>, path: string[], resolve: Resolve): unknown {
  const { base, mine, next } = three
  if (isDeepStrictEqual(base, next) || isDeepStrictEqual(mine, next)) return mine
  if (isDeepStrictEqual(mine, base)) return next
  const objects = { base: base ?? {}, mine: mine ?? {}, next: next ?? {} }
  if (!isObject(objects.base) || !isObject(objects.mine) || !isObject(objects.next)) {
    return resolve(path, three)
  }
  const merged = mergeObjects(objects as ThreeWay<Json>, path, resolve)
  return next === undefined && Object.keys(merged).length === 0 ? undefined : merged
}

// What was sorted stays so; elsewhere a new key comes after the one that it comes after in `next`.
function placeKeys(
  keys: string[],
  { mine, next, isTop }: { mine: Json; next: Json; isTop: boolean },
): string[] {
  const old = Object.keys(mine)
  if (!isTop && old.length > 0 && old.join() === old.toSorted().join()) return keys.sort()
  const placed = keys.filter((key) => key in mine)
  const wanted = Object.keys(next)
  for (const [at, key] of wanted.entries()) {
    if (key in mine || !keys.includes(key)) continue
    const above = wanted.slice(0, at).findLast((other) => placed.includes(other))
    placed.splice(above === undefined ? 0 : placed.indexOf(above) + 1, 0, key)
  }
  return placed
}

function print(value: Json, like: string): string {
  const [, indent = 2] = /^\s*\{\s*\n([ \t]+)/.exec(like) ?? []
  return `${JSON.stringify(value, null, indent)}${like.endsWith('\n') ? '\n' : ''}`
}

type Manifest = Record<string, Record<string, string> | undefined>

/** Three `package.json` merged by their keys; a package that nothing needs any more goes, in whatever version it has come to be. */
export function mergeManifest(texts: ThreeWay<string>, winner: Winner): Merged {
  const base: Manifest = JSON.parse(texts.base)
  const mine: Manifest = JSON.parse(texts.mine)
  const next: Manifest = JSON.parse(texts.next)
  for (const kind of ['dependencies', 'devDependencies']) {
    const there = Object.entries(mine[kind] ?? {})
    const gone = there.filter(([name]) => base[kind]?.[name] && !next[kind]?.[name])
    base[kind] = { ...base[kind], ...Object.fromEntries(gone) }
  }
  return mergeJson({ ...texts, base: JSON.stringify(base) }, winner)
}
