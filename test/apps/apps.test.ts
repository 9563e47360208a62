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
    it(`with ${store} passes its own tests and all of test/suite, by one server`, async (test) => {
      const app = await emitApp(store, store)
      test.after(app.remove)
      if (lacksDocker(test, app)) return
      const { url, lacks } = await startBackend(test, app.folder)
      const own = await runTests(app, { files: ['test/*.test.ts'], url })

      laySuite(app.folder, store)
      const types = await runCommand(tsc, [], { cwd: app.folder })
      assert.equal(types.code, 0, types.out)
      const suite = await runTests(app, { files: suiteFiles, url })
      // docs/asvs.md is made from what came of it with SQLite.
      writeFileSync(
        join(reportFolder, `${store}.jsonl`),
        suite.outcomes.map((each) => `${JSON.stringify(each)}\n`).join(''),
      )
      const counts = countOutcomes([...own.outcomes, ...suite.outcomes], lacks)
      keepCounts(store, counts)
      assert.equal(own.failures + suite.failures, '')
      assert.ok(counts.passed > 300, `only ${counts.passed} tests ran`)
    })
  }
})
