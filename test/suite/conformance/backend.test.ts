import { after, before, describe } from 'node:test'
import { describeExpiry } from './cases/expiry.ts'
import { describeOwner } from './cases/owner.ts'
import { describeRace } from './cases/race.ts'
import { describeRecord } from './cases/record.ts'
import { describeStore } from './cases/store.ts'
import { type Suite, startSuite } from './suite.ts'

// What a backend keeps of its contract, and the Store over it.
describe('sessions', () => {
  let started: Suite
  const suite = () => started
  before(async () => {
    started = await startSuite()
  })
  after(() => started?.stop())

  describeRecord(suite)
  describeExpiry(suite)
  describeOwner(suite)
  describeRace(suite)
  describeStore(suite)
})
