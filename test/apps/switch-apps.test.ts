import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { makeTree } from '../../generators/template/compose.ts'
import { readRecord, recordFile } from '../../generators/template/record.ts'
import { chosenStores } from '../chosen-stores.ts'
import { runCommand, runSource } from '../command.ts'
import { appIn, assertLikeFresh, template } from '../generators/switched-app.ts'
import { emitApp, runAppTests } from './emitted-app.ts'

const root = join(import.meta.dirname, '../..')
const way = ['redis', 'mongodb', 'sqlite'].filter((name) => chosenStores().includes(name))

describe('an app that is switched from store to store', () => {
  it('is a fresh one each time, compiles and passes its own tests', async (t) => {
    if (way.length === 0) {
      t.skip('other stores were chosen')
      return
    }
    const emitted = await emitApp('switched', 'sqlite')
    t.after(emitted.remove)
    const app = appIn(emitted.folder)
    for (const store of way) {
      await t.test(`to ${store}`, async (step) => {
        const args = ['switch', '.apps/switched', '--store', store, '--no-install']
        const { code, err } = await runSource(args, { cwd: root })
        assert.equal(code, 0, err)
        const { options } = readRecord(app.read(recordFile), '')
        assert.equal(options.store, store)
        assertLikeFresh(app, await makeTree(options, template))
        const types = await runCommand(join(root, 'node_modules/.bin/tsc'), [], {
          cwd: app.folder,
        })
        assert.equal(types.code, 0, types.out)
        if (process.env.WITHOUT_DOCKER && existsSync(join(app.folder, 'docker-compose.yml'))) {
          step.skip('its server runs in a container, and there is no Docker here')
          return
        }
        const run = { script: 'test', row: `${store}+switched` } as const
        const tests = await runAppTests(emitted, run)
        assert.equal(tests.code, 0, tests.out + tests.err)
        assert.ok(tests.counts.passed > 40, `only ${tests.counts.passed} tests ran`)
      })
    }
  })
})
