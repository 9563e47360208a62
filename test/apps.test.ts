import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { chosenStores } from './chosen-stores.ts'
import { runCommand, runSource } from './command.ts'
import { countTests, keepCounts } from './report.ts'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules/.bin')

// Each app is emitted inside the repository, where Node finds the packages of the workspaces.
mkdirSync(join(root, '.apps'), { recursive: true })

describe('an emitted app', { concurrency: 2 }, () => {
  for (const name of chosenStores()) {
    it(`with ${name} compiles and passes its own tests`, async (test) => {
      const app = join(root, '.apps', name)
      rmSync(app, { recursive: true, force: true })
      after(() => rmSync(app, { recursive: true, force: true }))
      const made = await runSource([`.apps/${name}`, '--store', name, '--no-install', '--no-git'], {
        cwd: root,
      })
      assert.equal(made.code, 0, made.err)
      if (process.env.WITHOUT_DOCKER && existsSync(join(app, 'docker-compose.yml'))) {
        test.skip('its server runs in a container, and there is no Docker here')
        return
      }
      const types = await runCommand(join(bin, 'tsc'), [], { cwd: app })
      assert.equal(types.code, 0, types.out)
      const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
      const tests = await runCommand(
        process.execPath,
        ['--test', '--test-reporter=spec', '--test-timeout=60000', 'test/*.test.ts'],
        { cwd: app, env },
      )
      const counts = countTests(tests.out)
      keepCounts(name, counts)
      assert.equal(tests.code, 0, tests.out + tests.err)
      assert.ok(counts.passed > 40, `only ${counts.passed} tests ran`)
    })
  }
})
