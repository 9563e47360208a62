import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { runCommand } from '../command.ts'
import { countOutcomes, keepCounts, reportFolder } from '../report.ts'
import { emitApp, lacksDocker, runTests, startBackend } from './emitted-app.ts'
import { laySuite, suiteFiles } from './suite.ts'

const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc')

describe('an emitted app', { concurrency: 2 }, () => {
  for (const store of chosenStores()) {
    it(`with ${store} passes its own tests and those of test/suite, by one server`, async (test) => {
      const app = await emitApp(store, store)
      test.after(app.remove)
      if (lacksDocker(test, app)) return
      const backend = await startBackend(test, app.folder)
      // A server is shared; what is in a file or in memory, each test file has for itself.
      const url = app.contained ? { url: backend.url } : {}
      const own = await runTests(app, { files: ['test/*.test.ts'], ...url })

      laySuite(app.folder, store)
      const types = await runCommand(tsc, [], { cwd: app.folder })
      assert.equal(types.code, 0, types.out)
      const suite = await runTests(app, { files: suiteFiles(store), ...url })
      const lines = suite.outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`)
      // docs/asvs.md is made from what SQLite showed.
      writeFileSync(join(reportFolder, `${store}.jsonl`), lines.join(''))
      const counts = countOutcomes([...own.outcomes, ...suite.outcomes], backend.lacks)
      keepCounts(store, counts)
      assert.equal(own.failures + suite.failures, '')
      assert.ok(counts.passed > 150, `only ${counts.passed} tests ran`)
    })
  }
})
