import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { readConfig } from '../../../src/config.ts'
import { findWeakness } from '../../../src/session/settings.ts'

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
    for (const value of [...weak, `${weak[0]},${secret}`]) {
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

  it('lets an old secret be weak, which then verifies cookies and nothing else', () => {
    const { session, csrfKeys } = readConfig({ SESSION_SECRETS: `${secret},keyboard cat` })
    assert.deepEqual(session.secrets, [secret, 'keyboard cat'])
    assert.equal(csrfKeys.length, 1)
    assert.throws(() => readConfig({ SESSION_SECRETS: `${secret},` }), /secret 2 is empty/)
  })

  it('takes every name that a cookie may have', () => {
    for (const name of ['connect.sid', 'a', "!#$%&'*+-.^_`|~"]) {
      const env = { SESSION_SECRETS: secret, SESSION_COOKIE_NAME: name }
      assert.equal(readConfig(env).session.cookieName, name)
    }
    for (const name of ['my id', 'a=b', 'a;b', 'ä', 'a,b', '"a"']) {
      const env = { SESSION_SECRETS: secret, SESSION_COOKIE_NAME: name }
      assert.throws(() => readConfig(env), /SESSION_COOKIE_NAME/)
    }
  })
})

describe('a variable that begins with SESSION_', () => {
  const warningsOf = (env: NodeJS.ProcessEnv) =>
    readConfig({ SESSION_SECRETS: secret, ...env }).unknownSettings

  // As Flask-Session, express-session and those who have written a name wrong have it.
  const meant = {
    SESSION_TYPE: 'the store is SESSION_STORE_URL',
    SESSION_REDIS: 'the store is SESSION_STORE_URL',
    SESSION_REDIS_URL: 'the store is SESSION_STORE_URL',
    SESSION_FILE_DIR: 'the store is SESSION_STORE_URL',
    SESSION_SQLALCHEMY: 'the store is SESSION_STORE_URL',
    SESSION_SQLALCHEMY_TABLE: 'keys and tables are named by SESSION_KEY_PREFIX',
    SESSION_MONGODB_COLLECT: 'keys and tables are named by SESSION_KEY_PREFIX',
    SESSION_ID_LENGTH: 'the random bytes of a session id are SESSION_ID_BYTES',
    SESSION_SERIALIZATION_FORMAT: 'the format is SESSION_FORMAT',
    SESSION_COOKIE_SAMESITE: 'it is SESSION_SAME_SITE',
    SESSION_COOKIE_SECURE: 'nothing has to be set for that',
    SESSION_USE_SIGNER: 'nothing has to be set for that',
    SESSION_FILE_MODE: 'nothing has to be set for that',
    SESSION_SECRET: 'it is SESSION_SECRETS',
    SESSION_NAME: 'the cookie is named by SESSION_COOKIE_NAME',
    SESSION_MAX_AGE: 'lifetimes are SESSION_IDLE_SECONDS and SESSION_ABSOLUTE_SECONDS',
    SESSION_COOKIE_MAX_AGE: 'lifetimes are SESSION_IDLE_SECONDS and SESSION_ABSOLUTE_SECONDS',
    SESSION_IDLE_SECOND: 'it is SESSION_IDLE_SECONDS',
    SESSION_STORE_ULR: 'it is SESSION_STORE_URL',
    SESSION_COLOUR: 'README.md has those that are',
  }
  for (const [name, hint] of Object.entries(meant)) {
    it(`and is ${name} is none of ours: ${hint}`, () => {
      assert.deepEqual(warningsOf({ [name]: 'hunter2' }), [
        `${name} is not a setting here; ${hint}`,
      ])
    })
  }

  it('and is a setting, or of the desktop, is not warned of', () => {
    const env = {
      SESSION_MANAGER: 'local/host',
      SESSION_FRESH_SECONDS: '60',
      SESSION_FORMAT: 'json',
    }
    assert.deepEqual(warningsOf(env), [])
  })
})

describe('the weakness of a secret', () => {
  // From documentation, tutorials and lists of secrets that were found in public.
  const published = `
    super-secret-key-that-should-be-random-and-long
    a-string-secret-at-least-256-bits-long
    your-256-bit-secret-your-256-bit-secret
    complex_password_at_least_32_characters_long
    averylogphrasebiggerthanthirtytwochars
    192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf
    09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7
    AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow
    CHANGE_THIS_TO_SOMETHING_RANDOM_PLEASE
    <random_string_at_least_32_characters_long>
    thisisasecretkeythatshouldbechangedinproduction
    ThisIsAVeryLongSecretKeyThatShouldBeReplaced
    THIS_IS_A_LONG_SECRET_KEY_FOR_SESSIONS
    1234nbizz234sunshine-ultra-secure-secret-is-awesome
    123NotAParticularyGreatSecret!!!
    dev-only-session-secret-do-not-use-in-prod
    my_super_secret_session_key_12345678
    correct-horse-battery-staple-correct
    development-secret-at-least-32-bytes-long!!
    NEXTAUTH_SECRET_FOR_LOCAL_DEVELOPMENT_ONLY
    MySuperSecretKeyForJWTTokenGeneration123
    clavesecretadelaaplicaciondeusuarios
    iloveexpresssessionsandiwanttousethem
    supersecretsupersecretsupersecret
    reallyreallyreallyreallyverysafe
    test123-test123-test123-test123-test123-test123-test123
    devsecret1234567890devsecret1234567890
    01234567890abcde01234567890abcde01234567890abcde01234567890abcde
    0123456789abcdef0123456789abcdef
    12345678901234567890123456789012
    abcdefghijklmnopqrstuvwxyz123456
    qwertyuiopasdfghjklzxcvbnm123456
    1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p
    00000000000000000000000000000000`
  it('is found in each that is published, reads as words, repeats or counts', () => {
    assert.deepEqual(
      published
        .trim()
        .split(/\s+/)
        .filter((each) => findWeakness(each) === null),
      [],
    )
  })

  const forms: Record<string, (bytes: Buffer) => string> = {
    'hexadecimal digits': (bytes) => bytes.toString('hex'),
    'the fewest hexadecimal digits': (bytes) => bytes.toString('hex', 0, 16),
    base64: (bytes) => bytes.toString('base64'),
    'the shortest base64': (bytes) => bytes.toString('base64', 0, 24),
    base64url: (bytes) => bytes.toString('base64url'),
    'the shortest base64url': (bytes) => bytes.toString('base64url', 0, 24),
    'a UUID': (bytes) =>
      bytes.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  }
  for (const [form, write] of Object.entries(forms)) {
    it(`is found in none of 100,000 random secrets that are ${form}`, () => {
      // The same ones at each run, or one in some million would fail it one day.
      const secrets = Array.from({ length: 100_000 }, (_, at) =>
        write(createHash('sha256').update(`${form} ${at}`).digest()),
      )
      assert.deepEqual(
        secrets.filter((each) => findWeakness(each) !== null),
        [],
      )
    })
  }

  it('is said with how to make a good one, and without the secret', () => {
    const weak = 'super-secret-key-that-should-be-random-and-long'
    assert.throws(
      () => readConfig({ SESSION_SECRETS: `${weak},${randomBytes(32).toString('hex')}` }),
      {
        message:
          'SESSION_SECRETS: secret 1 reads as words; set 32 random bytes, as "openssl rand -base64 32" makes them',
      },
    )
  })
})
