import { putText, type Tree, textOf } from '../tree.ts'

/** One file of the same file of each layer, with a blank line between. */
export function joinText({
  tree,
  layers,
  path,
  transform = (text) => text,
}: {
  tree: Tree
  layers: Tree[]
  path: string
  transform?: (text: string) => string
}): string {
  const parts = layers.flatMap((layer) => textOf(layer, path) ?? [])
  if (parts.length === 0) return 'no file'
  putText(tree, path, parts.map((part) => `${transform(part).trim()}\n`).join('\n'))
  return path
}
