import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { makeTree } from '../../generators/template/compose.ts'
import { parseRecord, recordFile } from '../../generators/template/record.ts'
import { chosenStores } from '../chosen-stores.ts'
import { runCommand, runSource } from '../command.ts'
import { appIn, assertLikeFresh, template } from '../generators/switched-app.ts'
import { emitApp, lacksDocker, runTests } from './emitted-app.ts'

const root = join(import.meta.dirname, '../..')
const way = [...chosenStores().filter((store) => store !== 'sqlite'), 'sqlite']

describe('an app that is switched from store to store', () => {
  it('is a fresh one each time, compiles and passes its own tests', async (t) => {
    const emitted = await emitApp('switched', 'sqlite')
    t.after(emitted.remove)
    const app = appIn(emitted.folder)
    for (const store of way) {
      await t.test(`to ${store}`, async (step) => {
        const args = ['switch', '.apps/switched', '--store', store, '--no-install']
        const { code, err } = await runSource(args, { cwd: root })
        assert.equal(code, 0, err)
        const { options } = parseRecord(app.read(recordFile))
        assert.equal(options.store, store)
        assertLikeFresh(app, await makeTree(options, template))
        const types = await runCommand(join(root, 'node_modules/.bin/tsc'), [], {
          cwd: app.folder,
        })
        assert.equal(types.code, 0, types.out)
        const contained = existsSync(join(app.folder, 'docker-compose.yml'))
        if (lacksDocker(step, { contained })) return
        const { outcomes, failures } = await runTests(emitted, { files: ['test/*.test.ts'] })
        assert.equal(failures, '')
        assert.ok(outcomes.length > 20, `only ${outcomes.length} tests ran`)
      })
    }
  })
})
