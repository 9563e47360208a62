import { after, before, describe } from 'node:test'
import { describeAdoption } from './cases/adoption.ts'
import { describeAnswer } from './cases/answer.ts'
import { describeBoot } from './cases/boot.ts'
import { describeChange } from './cases/change.ts'
import { describeCookie } from './cases/cookie.ts'
import { describeCost } from './cases/cost.ts'
import { describeExpiry } from './cases/expiry.ts'
import { describeFailure } from './cases/failure.ts'
import { describeFormat } from './cases/format.ts'
import { describeLifetime } from './cases/lifetime.ts'
import { describeLimit } from './cases/limit.ts'
import { describeLoad } from './cases/load.ts'
import { describeLogin } from './cases/login.ts'
import { describeLogout } from './cases/logout.ts'
import { describeOptions } from './cases/options.ts'
import { describeOutage } from './cases/outage.ts'
import { describeOwner } from './cases/owner.ts'
import { describeRace } from './cases/race.ts'
import { describeRecord } from './cases/record.ts'
import { describeRenewal } from './cases/renewal.ts'
import { describeRestart } from './cases/restart.ts'
import { describeRotation } from './cases/rotation.ts'
import { describeSessionObject } from './cases/session-object.ts'
import { describeStore } from './cases/store.ts'
import { type Suite, startSuite } from './suite.ts'

// What sessions promise, whatever backend keeps them.
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

  describeCookie(suite)
  describeLogin(suite)
  describeLimit(suite)
  describeRenewal(suite)
  describeRotation(suite)
  describeLogout(suite)
  describeLifetime(suite)
  describeAnswer(suite)
  describeChange(suite)
  describeSessionObject(suite)
  describeFailure(suite)
  describeRestart(suite)
  describeOutage(suite)
  describeCost(suite)
  describeAdoption(suite)
  describeBoot(suite)
  describeLoad(suite)
  describeFormat(suite)
  describeOptions(suite)
})
