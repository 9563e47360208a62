import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { PackageJson } from '../../generators/template/layers.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'

const template = templateFiles()
const manifests = [
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ...[...template.keys()]
    .filter((path) => path.endsWith('package.json'))
    .map((path) => textOf(template, path) ?? ''),
].map((text) => JSON.parse(text) as PackageJson)

const asked = manifests.flatMap((manifest) =>
  [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
    (versions = {}) =>
      Object.entries(versions).map(([name, version]) => ({ name, version, by: manifest.name })),
  ),
)

describe('a dependency', () => {
  it('has an exact version', () => {
    assert.deepEqual(
      asked.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
      [],
      'A range installs something else tomorrow, and on an old Node silently something older. Write the version that was tested.',
    )
  })

  it('has the same version everywhere', () => {
    const first = new Map(asked.map(({ name, version }) => [name, version]))
    assert.deepEqual(
      asked.filter(({ name, version }) => first.get(name) !== version),
      [],
      'These are asked for in another version somewhere else, so what is tested here is not what an app gets. Raise them together.',
    )
  })
})
