import { after, before, describe } from 'node:test'
import { describeAnswer } from './cases/answer.ts'
import { describeChange } from './cases/change.ts'
import { describeCookie } from './cases/cookie.ts'
import { describeCost } from './cases/cost.ts'
import { describeFailure } from './cases/failure.ts'
import { describeFormat } from './cases/format.ts'
import { describeLifetime } from './cases/lifetime.ts'
import { describeLimit } from './cases/limit.ts'
import { describeLoad } from './cases/load.ts'
import { describeLogin } from './cases/login.ts'
import { describeLogout } from './cases/logout.ts'
import { describeOptions } from './cases/options.ts'
import { describeOutside } from './cases/outside.ts'
import { describeRenewal } from './cases/renewal.ts'
import { describeSessionObject } from './cases/session-object.ts'
import { type Suite, startSuite } from './suite.ts'

// What sessions promise, whatever backend keeps them.
describe('sessions', () => {
  let started: Suite
  const suite = () => started
  before(async () => {
    started = await startSuite()
  })
  after(() => started?.stop())

  describeCookie(suite)
  describeLogin(suite)
  describeLimit(suite)
  describeRenewal(suite)
  describeLogout(suite)
  describeLifetime(suite)
  describeAnswer(suite)
  describeChange(suite)
  describeSessionObject(suite)
  describeFailure(suite)
  describeCost(suite)
  describeLoad(suite)
  describeFormat(suite)
  describeOptions(suite)
  describeOutside(suite)
})
