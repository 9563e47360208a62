import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { GenericContainer, Wait } from 'testcontainers'
import { runCommand } from '../command.ts'
import { countTests, keepCounts } from '../report.ts'
import { emitApp } from './emitted-app.ts'

const root = join(import.meta.dirname, '../..')

interface Variant {
  store: string
  /** What a user would change in the app, by path. */
  files?: Record<string, string>
  /** What a user would declare in `test/lacks.json`; undefined takes a line out. */
  lacks?: Record<string, string | undefined>
  url?: string
  /** The tests that are for the store as it comes. */
  skip?: string
}

/** Emits an app inside the repository, changes it as a user would, and passes when its own tests do. */
export async function testVariant(
  test: TestContext,
  name: string,
  { store, files = {}, lacks = {}, url, skip }: Variant,
): Promise<void> {
  const { folder: app, remove } = await emitApp(name, store)
  test.after(remove)
  const declared = JSON.parse(readFileSync(join(app, 'test/lacks.json'), 'utf8'))
  const changes = { ...files, 'test/lacks.json': JSON.stringify({ ...declared, ...lacks }) }
  for (const [path, text] of Object.entries(changes)) writeFileSync(join(app, path), text)

  const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
  const tests = await runCommand(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--test-timeout=60000',
      ...(skip ? [`--test-skip-pattern=${skip}`] : []),
      'test/session.test.ts',
    ],
    { cwd: app, env: { ...env, ...(url && { SESSION_STORE_URL: url }) } },
  )
  const counts = countTests(tests.out)
  keepCounts(name.replace('-', '+'), counts)
  assert.equal(tests.code, 0, tests.out + tests.err)
  assert.ok(counts.passed > 40, `only ${counts.passed} tests ran`)
}

/** Starts an empty server of the image of another store until the test ends, and answers its host and port. */
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

/** Says that a test needs Docker, and whether it is left out for want of it. */
export function lacksDocker(test: TestContext): boolean {
  if (process.env.WITHOUT_DOCKER)
    test.skip('its server runs in a container, and there is no Docker')
  return Boolean(process.env.WITHOUT_DOCKER)
}
