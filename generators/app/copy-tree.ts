import type { Tree } from '../tree.ts'

// Made from all the layers together, each by an action of its own.
const joined = new Set(['package.json', '.env.example', 'README.md'])

/** Lays a layer over a tree, byte for byte; a file of the layer takes the place of the one below. */
export function copyTree({ tree, layer }: { tree: Tree; layer: Tree }): string {
  const files = [...layer].filter(([path]) => !joined.has(path))
  for (const [path, file] of files) tree.set(path, file)
  return `${files.length} files`
}
