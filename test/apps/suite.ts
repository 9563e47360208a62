import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { appLayers } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'

const source = join(import.meta.dirname, '../suite')

/** The test files that every store has to pass; those of `unit` are about no store. */
export const suiteFiles = ['conformance', 'security', 'store'].map(
  (part) => `test/suite/${part}/*.test.ts`,
)

/** Lays test/suite over an emitted app, with what the layers of its store add or replace in `test/suite/store`. */
export function laySuite(folder: string, store: string): void {
  const target = join(folder, 'test/suite')
  const isLayer = (path: string) => path === join(source, 'stores')
  cpSync(source, target, { recursive: true, filter: (path) => !isLayer(path) })
  for (const layer of appLayers(templateFiles(), store)) {
    const added = join(source, layer)
    if (existsSync(added)) cpSync(added, join(target, 'store'), { recursive: true })
  }
}
