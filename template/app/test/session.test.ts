import { after, before, describe } from 'node:test'
import { describeAnswer } from './cases/answer.ts'
import { describeChange } from './cases/change.ts'
import { describeCookie } from './cases/cookie.ts'
import { describeFailure } from './cases/failure.ts'
import { describeLifetime } from './cases/lifetime.ts'
import { describeLogin } from './cases/login.ts'
import { describeLogout } from './cases/logout.ts'
import { describeRestart } from './cases/restart.ts'
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
  describeLogout(suite)
  describeLifetime(suite)
  describeAnswer(suite)
  describeChange(suite)
  describeFailure(suite)
  describeRestart(suite)
})
