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
