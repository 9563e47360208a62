import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { block, fail, tryLogin, wrong } from './guessing.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const { suite } = shareSecureApp()

describe('guessing from one address or with several instances', { concurrency: true }, () => {
  it('of many names from one address has to wait, and other addresses do not [ASVS 6.3.1, 2.4.1]', async (test) => {
    const strict = await suite().start(test, { LOGIN_MAX_FAILURES_PER_ADDRESS: '4' })
    const [bad, good] = ['198.51.100.1', '198.51.100.2']
    for (let index = 0; index < 4; index++)
      assert.equal((await tryLogin(strict, `name${index}`, wrong, bad)).status, 401)
    const more = await block((time) => tryLogin(strict, `more${time}`, wrong, bad))
    assert.ok(more.failed < 3)
    assert.equal((await tryLogin(strict, 'name6', wrong, good)).status, 401)
  })

  it('is counted for the true address where no proxy is trusted, whatever a header says [ASVS 6.3.1, 4.1.3]', async (test) => {
    const env = { NODE_ENV: 'development', TRUST_PROXY: 'false' }
    const direct = await suite().start(test, { ...env, LOGIN_MAX_FAILURES_PER_ADDRESS: '4' })
    for (let index = 0; index < 4; index++)
      assert.equal(
        (await tryLogin(direct, `other${index}`, wrong, `198.51.100.${10 + index}`)).status,
        401,
      )
    const more = await block((time) =>
      tryLogin(direct, `more${time}`, wrong, `198.51.100.${20 + time}`),
    )
    assert.ok(more.failed < 3)
    const { ip } = await direct.heard('authn_login_fail')
    assert.match(String(ip), /127\.0\.0\.1|::1/)
  })

  it('is counted by all instances together, and over a restart [ASVS 6.3.1]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    await suite().add('fred')
    const [one, two] = [await suite().start(test), await suite().start(test)]
    for (const each of [one, two, one, two, one]) await fail(each, 'fred', 1)
    for (const each of [one, two]) assert.ok((await block(() => tryLogin(each, 'fred'))).failed < 3)
    await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')])
    const three = await suite().start(test)
    assert.ok((await block(() => tryLogin(three, 'fred'))).failed < 3)
  })
})

describe('whoever guessed', () => {
  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
