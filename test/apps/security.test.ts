import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { emitApp, runAppTests } from './emitted-app.ts'

// One of each kind; asvs.test.ts runs the same suite with sqlite, for docs/asvs.md.
const kinds = ['redis', 'mongodb', 'postgres', 'memcached', 'dynamodb']

describe('the security suite of an emitted app', { concurrency: 2 }, () => {
  for (const name of chosenStores().filter((store) => kinds.includes(store))) {
    it(`passes with ${name}, and what it leaves out it declares`, async (test) => {
      const app = await emitApp(`security-${name}`, name)
      after(app.remove)
      if (process.env.WITHOUT_DOCKER && app.contained) {
        test.skip('its server runs in a container, and there is no Docker here')
        return
      }
      const { code, out, err, counts } = await runAppTests(app, {
        script: 'test:security',
        row: `${name}+security`,
      })
      assert.equal(code, 0, out + err)
      assert.ok(counts.passed > 100, `only ${counts.passed} tests ran`)
    })
  }
})
