import { after, before, describe } from 'node:test'
import { describeStoreCases } from '../suite/conformance/store-cases/all.ts'
import type { Subject } from '../suite/conformance/store-cases/store-subject.ts'
import { describeClear } from './clear.ts'
import { describeLeaving } from './leaving.ts'
import { loadPackage, startBackend } from './open-package.ts'

// Asks one package what the Store of an emitted app is asked: node test/upstream/cases.ts connect-redis
const [name = ''] = process.argv.slice(2)
const plain = await loadPackage(name)
const started = await startBackend(name, plain)
const { url, app } = started

const subject: Subject = {
  lacks(test, need) {
    const reason = plain.lacks[need]
    if (reason) test.skip(`declared: ${reason}`)
    return reason !== undefined
  },
  async open(test, options) {
    const opened = await plain.open(url, options, app)
    test.after(async () => void (await opened.close()))
    return opened
  },
}

describe(name, () => {
  before(async () => {
    // The first call makes the table of some; six at once on an empty backend are a case of their own.
    const { store, close } = await plain.open(url, { ageMs: 60_000 }, app)
    await new Promise((resolve) => store.get('nobody-has-this-session-id', resolve))
    await close()
  })
  after(started.stop)

  describeStoreCases(() => subject)
  describeClear(() => subject)
  describeLeaving(() => ({ name, url, app }))
})
