import { parseEnv } from 'node:util'
import { diffIndices } from 'node-diff3'
import { type Merged, mergeLines, type Sides, type Winner } from './merge.ts'

/** Three `.env` files merged by their variables; other lines, and the order, are those of `mine` where `next` changes nothing. */
export function mergeEnv(texts: Sides<string>, winner: Winner): Merged {
  const base = parseEnv(texts.base)
  const mine = parseEnv(texts.mine)
  const next = parseEnv(texts.next)
  const names = Object.keys({ ...base, ...next })
  const changed = names.filter((name) => base[name] !== next[name])
  const clashes = changed.filter((name) => mine[name] !== base[name] && mine[name] !== next[name])
  const stays = (name: string) => winner === 'mine' && clashes.includes(name)
  const sides = changed.reduce(
    (lines, name) => (stays(name) ? leaveTo(lines, name) : giveUp(lines, name)),
    texts,
  )
  // It settles whatever there is, so that there always is a merge.
  const merged = mergeLines(sides, settle) as string
  // Who has moved a variable has it at the place that it came from as well, by now.
  const text = changed
    .filter((name) => !stays(name))
    .reduce((lines, name) => putLine(lines, name, findLine(texts.next, name)), merged)
  return { text, clashes }
}

/** What the placeholders of an example stand for in a `.env` that was made from it. */
export function readSecrets(env: string, example: string): { secret?: string; password?: string } {
  const values = parseEnv(env)
  const found = example.matchAll(/^([A-Z][A-Z0-9_]*)=<(secret|password)>$/gm)
  return Object.fromEntries(
    [...found].flatMap(([, name = '', what]) => (values[name] ? [[what, values[name]]] : [])),
  )
}

// As if we had never written the variable.
function leaveTo({ base, mine, next }: Sides<string>, name: string): Sides<string> {
  return { base: putLine(base, name), mine, next: putLine(next, name) }
}

// As if nobody had touched the variable since we wrote it.
function giveUp({ base, mine, next }: Sides<string>, name: string): Sides<string> {
  const [was, will] = [findLine(base, name), findLine(next, name)]
  if (findLine(mine, name) === undefined) return { base: putLine(base, name), mine, next }
  if (was !== undefined) return { base, mine: putLine(mine, name, was), next }
  return { base, mine: putLine(mine, name, will), next: putLine(next, name) }
}

const nameOf = (line: string) => /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line)?.[1]

const findLine = (text: string, name: string) =>
  text.split('\n').find((line) => nameOf(line) === name)

// The variable once, as the line says, or not at all.
function putLine(text: string, name: string, line?: string): string {
  const lines = text.split('\n')
  const first = lines.findIndex((each) => nameOf(each) === name)
  const isRest = (each: string, at: number) =>
    nameOf(each) === name && (at !== first || line === undefined)
  return lines
    .map((each, at) => (at === first && line !== undefined ? line : each))
    .filter((each, at) => !isRest(each, at))
    .join('\n')
}

// The store's block beside lines of the user's own: the block as it is now, and these around it.
function settle({ base, mine, next }: Sides<string[]>): string[] {
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
