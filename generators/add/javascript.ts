import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { putText, subtree, type Tree } from '../template/tree.ts'

/** Where types begin and end in a text of TypeScript, one after the other. */
export type Types = number[]

/** The file beside the published one that has the types of each layer's `src/session/`, as an older Node cannot find them. */
export const typesFile = 'types.json'

/** A layer of the template with the TypeScript of its `src/session/` as JavaScript. */
export function layerInJavascript(template: Tree, name: string): Tree {
  const layer: Tree = new Map()
  const published = publishedTypes()
  for (const [path, file] of subtree(template, name)) {
    if (path.endsWith('.d.ts')) continue
    if (isOfSessions(path)) {
      const text = Buffer.from(file.bytes).toString('utf8')
      const types = published[`${name}/${path}`] ?? findTypes(text)
      putText(layer, path.replace(/ts$/, 'js'), toJavascript(text, types))
    } else {
      layer.set(path, file)
    }
  }
  return layer
}

function publishedTypes(): Record<string, Types> {
  const file = join(import.meta.dirname, typesFile)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** Whether a file is one of `src/session/` in TypeScript. */
export const isOfSessions = (path: string) =>
  /(^|\/)src\/session\/.*\.ts$/.test(path) && !path.endsWith('.d.ts')

/** Finds the types in a text of TypeScript. */
export function findTypes(text: string): Types {
  // It puts a blank in place of each letter of a type.
  const blanks = nodeModule.stripTypeScriptTypes(text).matchAll(/ +/g)
  return [...blanks].flatMap(({ index, 0: blank }) => {
    const there = text.slice(index, index + blank.length)
    const from = index + there.search(/\S/)
    return from < index ? [] : [from, from + there.trim().length]
  })
}

/** TypeScript without its types, as somebody would have written it. */
function toJavascript(text: string, types: Types): string {
  const code = types.map((from, at) => (at % 2 ? text.slice(from, types[at + 1]) : ''))
  return [text.slice(0, types[0]), ...code]
    .join('')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/((?:\bfrom|\bimport)\s*\(?)'(\.[^']*)\.ts'/g, "$1'$2.js'")
    .trimStart()
}
