import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { runCommand } from '../command.ts'
import { type EmittedApp, emitApp, runTests } from './emitted-app.ts'
import { laySuite } from './suite.ts'

const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc')

describe('an emitted app, without a server', () => {
  let app: EmittedApp
  before(async () => {
    app = await emitApp('units', 'memory')
  })
  after(() => app?.remove())

  it('passes its own tests', async () => {
    const { failures } = await runTests(app, { files: ['test/*.test.ts'] })
    assert.equal(failures, '')
  })

  it('passes the tests of its parts that no store is about', async () => {
    laySuite(app.folder, 'memory')
    const { failures } = await runTests(app, { files: ['test/suite/unit/*.test.ts'] })
    assert.equal(failures, '')
  })
})

describe('the types of an emitted app', { concurrency: 2 }, () => {
  for (const { name } of listStores(templateFiles())) {
    for (const flags of [[], ['--minimal']]) {
      it(`are right with ${[name, ...flags].join(' ')}`, async (test) => {
        const app = await emitApp(['types', name, ...flags].join('-'), name, flags)
        test.after(app.remove)
        const { code, out } = await runCommand(tsc, [], { cwd: app.folder })
        assert.equal(code, 0, out)
      })
    }
  }
})
