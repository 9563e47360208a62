import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A file in memory: what it holds, and the mode that it is written with. */
export interface TreeFile {
  bytes: Uint8Array
  mode: number
}

/** Files by their path, with `/` between folders on every system. */
export type Tree = Map<string, TreeFile>

/** The files below a folder of a tree, by their path in that folder. */
export function subtree(tree: Tree, folder: string): Tree {
  const prefix = `${folder}/`
  const inside = [...tree].filter(([path]) => path.startsWith(prefix))
  return new Map(inside.map(([path, file]) => [path.slice(prefix.length), file]))
}

/** The text of a file, or undefined where there is none. */
export function textOf(tree: Tree, path: string): string | undefined {
  const file = tree.get(path)
  return file && Buffer.from(file.bytes).toString('utf8')
}

/** Puts a text file into a tree. */
export function putText(tree: Tree, path: string, text: string, mode = 0o644): void {
  tree.set(path, { bytes: Buffer.from(text), mode })
}

/** What a JSON text holds, with a byte order mark or without; throws a SyntaxError where it is none. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''))
}

const neverCopied = new Set(['node_modules', '.env', 'data', 'package-lock.json'])

/** The names that npm leaves out of what is published, and what they are called there. */
export const publishedNames: Record<string, string> = { '.gitignore': '_gitignore' }

const namesAtHome = new Map(Object.entries(publishedNames).map(([name, other]) => [other, name]))

/** Everything in the folder `template`, which lies beside the published file and above this one. */
export function templateFiles(): Tree {
  const places = ['template', '../../template'].map((way) => join(import.meta.dirname, way))
  return readTree(places.find((place) => existsSync(join(place, 'app'))) ?? '')
}

/** All files in a folder, as a template has them, in the order of their names; each is read when it is first needed. */
export function readTree(root: string): Tree {
  const files: Tree = new Map()
  const walk = (folder: string, path: string) => {
    const entries = readdirSync(folder, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (neverCopied.has(entry.name)) continue
      const place = join(folder, entry.name)
      const to = path + (namesAtHome.get(entry.name) ?? entry.name)
      if (entry.isDirectory()) walk(place, `${to}/`)
      else files.set(to, fileAt(place))
    }
  }
  walk(root, '')
  return files
}

// Read when it is needed: most of a template is for other stores.
function fileAt(place: string): TreeFile {
  let bytes: Uint8Array | undefined
  return {
    get bytes() {
      bytes ??= readFileSync(place)
      return bytes
    },
    get mode() {
      return (statSync(place).mode & 0o111) !== 0 ? 0o755 : 0o644
    },
  }
}
