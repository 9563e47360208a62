import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readConfig } from '../../../src/config.ts'

const secret = 'Kq3vN8xZ0sLwT5yB2mRfJ7hD4gPcU6eA'

describe('the configuration', () => {
  it('is for production, with the safe defaults, when only a secret is set', () => {
    const { production, host, session } = readConfig({ SESSION_SECRETS: secret })
    assert.equal(production, true)
    assert.equal(host, '0.0.0.0')
    assert.equal(session.cookieName, '__Host-id')
    assert.equal(session.idleMs, 1_800_000)
    assert.equal(session.absoluteMs, 43_200_000)
    assert.equal(session.permanent, false)
  })

  it('says everything that is wrong at once', () => {
    const wrong = {
      NODE_ENV: 'prod',
      PORT: 'http',
      SESSION_SECRETS: secret,
      SESSION_IDLE_SECONDS: '200',
      SESSION_ABSOLUTE_SECONDS: '100',
      SESSION_FORMAT: 'xml',
      SESSION_MAX_BYTES: '1023',
      SESSION_KEY_PREFIX: '*',
      PUBLIC_ORIGIN: 'ftp://app.example',
      CSP_REPORT_URI: 'reports.example/csp',
      PASSWORD_BREACH_LIST_URL: 'api.pwnedpasswords.com/range',
      TRUST_PROXY: 'everyone',
      SESSION_COOKIE_NAME: 'my id',
    }
    assert.throws(
      () => readConfig(wrong),
      (error: Error) => {
        const { SESSION_SECRETS: _fine, ...names } = wrong
        for (const name of Object.keys(names)) assert.match(error.message, new RegExp(name))
        return true
      },
    )
  })

  it('trusts no proxy that it cannot name', () => {
    for (const TRUST_PROXY of ['true', 'everyone']) {
      assert.throws(() => readConfig({ SESSION_SECRETS: secret, TRUST_PROXY }), /TRUST_PROXY/)
    }
  })

  it('takes no weak secret, and never repeats it', () => {
    const weak = ['tiny.one', 'keyboard cat keyboard cat keyboard cat', 'ab'.repeat(20)]
    for (const value of [...weak, `${secret},${weak[0]}`]) {
      assert.throws(
        () => readConfig({ SESSION_SECRETS: value }),
        (error: Error) => !error.message.includes(value) && /SESSION_SECRETS/.test(error.message),
      )
    }
    assert.throws(() => readConfig({}), /SESSION_SECRETS is empty/)
  })

  it('reads several secrets, the first to sign', () => {
    const { session } = readConfig({ SESSION_SECRETS: `${secret}, ${secret}2` })
    assert.deepEqual(session.secrets, [secret, `${secret}2`])
  })
})
