import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { GenericContainer, Wait } from 'testcontainers'
import { type Lacks, readLacks } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { countOutcomes, keepCounts } from '../report.ts'
import { emitApp, runTests } from './emitted-app.ts'
import { laySuite } from './suite.ts'

const root = join(import.meta.dirname, '../..')

interface Variant {
  store: string
  /** What a user would change in the app, by path. */
  files?: Record<string, string>
  /** What a user would declare in `test/backend.ts`; undefined takes a line out. */
  lacks?: { [name in keyof Lacks]: string | undefined }
  url: string
  /** The tests that are for the store as it comes. */
  skip?: string
}

/** Emits an app inside the repository, changes it as a user would, and fails when sessions do not keep there what they promise. */
export async function testVariant(
  test: TestContext,
  name: string,
  { store, files = {}, lacks = {}, url, skip }: Variant,
): Promise<void> {
  const app = await emitApp(name, store)
  test.after(app.remove)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(app.folder, path), text)
  const declared = { ...readLacks(templateFiles(), store), ...lacks }
  const backend = join(app.folder, 'test/backend.ts')
  const written = readFileSync(backend, 'utf8')
  const changed = written.replace(
    /^(export const lacks\b[^=]*= )(?:\{.*\}|\{[\s\S]*?^\})/m,
    (_, start) => start + JSON.stringify(declared),
  )
  assert.match(changed, /^export const lacks\b.*\{".*\}$/m)
  writeFileSync(backend, changed)

  laySuite(app.folder, store)
  const { outcomes, failures } = await runTests(app, {
    files: ['test/conformance.test.ts', 'test/suite/conformance/*.test.ts'],
    url,
    options: skip ? [`--test-skip-pattern=${skip}`] : [],
  })
  const counts = countOutcomes(outcomes, declared)
  keepCounts(name.replace('-', '+'), counts)
  assert.equal(failures, '')
  assert.ok(counts.passed > 100, `only ${counts.passed} tests ran`)
}

/** Starts an empty server of the image of another store until the test ends, and returns its host and port. */
export async function startServerOf(
  test: TestContext,
  store: string,
  port: number,
  environment: Record<string, string> = {},
): Promise<string> {
  const compose = join(root, 'template/stores', store, 'docker-compose.yml')
  const [, image = ''] = /^\s*image:\s*(\S+)/m.exec(readFileSync(compose, 'utf8')) ?? []
  const container = await new GenericContainer(image)
    .withExposedPorts(port)
    .withEnvironment(environment)
    .withWaitStrategy(Wait.forListeningPorts())
    .start()
  test.after(() => container.stop())
  return `${container.getHost()}:${container.getMappedPort(port)}`
}
