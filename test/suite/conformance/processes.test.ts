import { after, before, describe } from 'node:test'
import { describeBoot } from './cases/boot.ts'
import { describeOutage } from './cases/outage.ts'
import { describeRestart } from './cases/restart.ts'
import { describeShutdown } from './cases/shutdown.ts'
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
  describeShutdown(suite)
  describeOutage(suite)
  describeBoot(suite)
})
