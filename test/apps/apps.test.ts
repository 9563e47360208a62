import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { runCommand } from '../command.ts'
import { emitApp, runAppTests } from './emitted-app.ts'

const bin = join(import.meta.dirname, '../../node_modules/.bin')

describe('an emitted app', { concurrency: 2 }, () => {
  for (const name of chosenStores()) {
    it(`with ${name} compiles and passes its own tests`, async (test) => {
      const app = await emitApp(name, name)
      after(app.remove)
      if (process.env.WITHOUT_DOCKER && app.contained) {
        test.skip('its server runs in a container, and there is no Docker here')
        return
      }
      const types = await runCommand(join(bin, 'tsc'), [], { cwd: app.folder })
      assert.equal(types.code, 0, types.out)
      const run = { script: 'test', row: name } as const
      const { code, out, err, counts } = await runAppTests(app, run)
      assert.equal(code, 0, out + err)
      assert.ok(counts.passed > 40, `only ${counts.passed} tests ran`)
    })
  }
})
