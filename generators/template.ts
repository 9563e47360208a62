import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Tree } from './tree.ts'

const root = join(import.meta.dirname, '../template')
const neverCopied = new Set(['node_modules', '.env', 'data', 'package-lock.json'])

/** Everything in `template/`; the only place that reads it, so that the bundle can bring its own copy. */
export function templateFiles(): Tree {
  const files: Tree = new Map()
  const walk = (folder: string) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (neverCopied.has(entry.name)) continue
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) walk(path)
      else {
        const executable = (statSync(join(root, path)).mode & 0o111) !== 0
        files.set(path, {
          bytes: readFileSync(join(root, path)),
          mode: executable ? 0o755 : 0o644,
        })
      }
    }
  }
  walk('')
  return files
}
