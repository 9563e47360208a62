import { after, before, describe } from 'node:test'
import { describeBoot } from './cases/boot.ts'
import { describeInstances } from './cases/instances.ts'
import { describeOutage } from './cases/outage.ts'
import { describeRestart } from './cases/restart.ts'
import { describeSecrets } from './cases/secrets.ts'
import { type Suite, startSuite } from './suite.ts'

// What sessions promise across processes, and while their server is away.
describe('sessions', () => {
  let started: Suite
  const suite = () => started
  before(async () => {
    started = await startSuite()
  })
  after(() => started?.stop())

  describeRestart(suite)
  describeInstances(suite)
  describeSecrets(suite)
  describeOutage(suite)
  describeBoot(suite)
})
