import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { putText, readTree, subtree, type Tree, textOf } from '../template/tree.ts'

/** The folder beside the published file that holds `src/session/` of each layer in JavaScript, as an older Node cannot strip types. */
export const javascriptFolder = 'javascript'

/** A layer of the template with the TypeScript of its `src/session/` as JavaScript. */
export function layerInJavascript(template: Tree, name: string): Tree {
  const layer: Tree = new Map()
  const stripped = strippedFiles()
  for (const [path, file] of subtree(template, name)) {
    const to = javascriptPath(path)
    if (to === undefined) {
      if (!path.endsWith('.d.ts')) layer.set(path, file)
      continue
    }
    const text = textOf(stripped, `${name}/${to}`)
    putText(layer, to, text ?? toJavascript(Buffer.from(file.bytes).toString('utf8')))
  }
  return layer
}

function strippedFiles(): Tree {
  const folder = join(import.meta.dirname, javascriptFolder)
  return existsSync(folder) ? readTree(folder) : new Map()
}

/** What a file of `src/session/` is called in JavaScript; undefined where it is no TypeScript of it. */
export function javascriptPath(path: string): string | undefined {
  const isSession = /(^|\/)src\/session\/.*\.ts$/.test(path) && !path.endsWith('.d.ts')
  return isSession ? path.replace(/ts$/, 'js') : undefined
}

/** TypeScript without its types, as somebody would have written it. */
export function toJavascript(text: string): string {
  const blanked = nodeModule.stripTypeScriptTypes(text)
  const isType = (at: number) => blanked[at] === ' ' && text[at] !== ' '
  let code = ''
  for (let at = 0; at < blanked.length; at++) {
    const isInType = blanked[at] === ' ' && isType(at - 1) && /^ +/.test(blanked.slice(at))
    if (!isType(at) && !(isInType && isType(at + 1))) code += blanked[at]
  }
  return code
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/((?:\bfrom|\bimport)\s*\(?)'(\.[^']*)\.ts'/g, "$1'$2.js'")
    .trimStart()
}
