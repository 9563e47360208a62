import { isDeepStrictEqual } from 'node:util'
import type { Merged, Sides, Winner } from './sides.ts'

type Json = Record<string, unknown>

/** Three JSON objects merged key by key, at any depth, in the order and indentation of `mine`; throws for what is no JSON object. */
export function mergeJson(texts: Sides<string>, winner: Winner): Merged {
  const clashes: string[] = []
  const settle = (path: string[], { mine, next }: Sides<unknown>) => {
    clashes.push(path.join('.'))
    return winner === 'mine' ? mine : next
  }
  const mine = parseObject(texts.mine)
  const sides = { base: parseObject(texts.base), mine, next: parseObject(texts.next) }
  const merged = mergeObjects(sides, [], settle)
  return { text: isDeepStrictEqual(merged, mine) ? texts.mine : print(merged, texts.mine), clashes }
}

function parseObject(text: string): Json {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new Error('this is no JSON object')
  return value
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Settle = (path: string[], sides: Sides<unknown>) => unknown

function mergeObjects({ base, mine, next }: Sides<Json>, path: string[], settle: Settle): Json {
  const values = new Map(Object.entries(mine))
  for (const key of new Set([...Object.keys(base), ...Object.keys(next)])) {
    const sides = { base: base[key], mine: mine[key], next: next[key] }
    const value = mergeValue(sides, [...path, key], settle)
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
  const order = placeKeys([...values.keys()], { mine, next, path })
  return Object.fromEntries(order.map((key) => [key, values.get(key)]))
}

function mergeValue(sides: Sides<unknown>, path: string[], settle: Settle): unknown {
  const { base, mine, next } = sides
  if (isDeepStrictEqual(base, next) || isDeepStrictEqual(mine, next)) return mine
  if (isDeepStrictEqual(mine, base)) return next
  const objects = { base: base ?? {}, mine: mine ?? {}, next: next ?? {} }
  if (!isObject(objects.base) || !isObject(objects.mine) || !isObject(objects.next)) {
    return settle(path, sides)
  }
  const merged = mergeObjects(objects as Sides<Json>, path, settle)
  return next === undefined && Object.keys(merged).length === 0 ? undefined : merged
}

interface Place {
  mine: Json
  next: Json
  path: string[]
}

// What was sorted stays so; elsewhere a new key comes after the one that it comes after in `next`.
function placeKeys(keys: string[], { mine, next, path }: Place): string[] {
  const old = Object.keys(mine)
  if (path.length > 0 && old.length > 0 && old.join() === old.toSorted().join()) return keys.sort()
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
