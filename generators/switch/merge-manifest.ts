import { mergeJson } from '../changes/merge-json.ts'
import type { Merged, Sides, Winner } from '../changes/sides.ts'

type Manifest = Record<string, Record<string, string> | undefined>

/** Three `package.json` merged by their keys; a package that nothing needs any more goes, in whatever version it has come to be. */
export function mergeManifest(texts: Sides<string>, winner: Winner): Merged {
  const base: Manifest = JSON.parse(texts.base)
  const mine: Manifest = JSON.parse(texts.mine)
  const next: Manifest = JSON.parse(texts.next)
  for (const kind of ['dependencies', 'devDependencies']) {
    const there = mine[kind] ?? {}
    for (const name of Object.keys(base[kind] ?? {})) {
      const isGone = next[kind]?.[name] === undefined
      if (isGone && there[name] !== undefined)
        Object.assign(base[kind] ?? {}, { [name]: there[name] })
    }
  }
  return mergeJson({ ...texts, base: JSON.stringify(base) }, winner)
}
