import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { startProcess } from '../conformance/server.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const read = (path: string) => {
  const file = new URL(`../../../${path}`, import.meta.url)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

const document = read('SECURITY.md')
const isTemplate = document.includes('{'.repeat(2))
const example = read('.env.example')

/** What `.env.example` sets, or names as the default behind a #. */
function settingOf(name: string): string {
  const [, value] = new RegExp(`^(?:# )?${name}=(.+)$`, 'm').exec(example) ?? []
  assert.ok(value, `.env.example does not name ${name}`)
  return value
}

/** The part of SECURITY.md under the heading that holds a word. */
function partOf(word: string): string {
  const part = document.split(/^## /m).find((each) => each.split('\n')[0]?.includes(word))
  assert.ok(part, `SECURITY.md has no part on ${word}`)
  return part
}

function skipsTemplate(test: TestContext): boolean {
  if (isTemplate) test.skip('the lifetimes are filled in when an app is made')
  return isTemplate
}

describe('SECURITY.md', () => {
  const { suite, app } = shareSecureApp()
  const lifetimes = ['SESSION_IDLE_SECONDS', 'SESSION_ABSOLUTE_SECONDS'] as const

  it('says how long sessions live, as .env.example sets it and the log tells it [ASVS 7.1.1]', async (test) => {
    if (skipsTemplate(test)) return
    const part = partOf('7.1.1')
    for (const name of lifetimes) {
      const line = part.split('\n').find((each) => each.includes(`\`${name}\``))
      assert.match(String(line), new RegExp(`\\b${settingOf(name)} seconds`))
    }
    if (Number(settingOf('SESSION_ABSOLUTE_SECONDS')) > 8 * 3600) assert.match(part, /OWASP.* 8h/)
    if (Number(settingOf('SESSION_IDLE_SECONDS')) > 1800) assert.match(part, /OWASP.* (30m|5m)/)
  })

  it('is kept by the app, which tells the lifetimes in force when it starts [ASVS 7.1.1]', async (test) => {
    const names = [...lifetimes, 'SESSION_MAX_PER_USER']
    const env = Object.fromEntries(names.map((name) => [name, settingOf(name)]))
    const set = await suite().start(test, env)
    const policy = await set.heard('session_policy')
    assert.equal(policy.idle, Number(env.SESSION_IDLE_SECONDS))
    assert.equal(policy.absolute, Number(env.SESSION_ABSOLUTE_SECONDS))
    const usual = await suite().start(test)
    const { idle, absolute } = await usual.heard('session_policy')
    assert.deepEqual({ idle, absolute }, { idle: 1800, absolute: 43_200 })
  })

  it('has no lifetimes that contradict each other: the app does not start then [ASVS 7.1.1]', async (test) => {
    const env = { SESSION_IDLE_SECONDS: '100', SESSION_ABSOLUTE_SECONDS: '50' }
    const { lines, ended } = startProcess(test, 'server.ts', [], { ...suite().env, ...env })
    assert.notEqual(await ended, 0)
    assert.equal(lines.length, 1)
    for (const name of lifetimes) assert.match(String(lines[0]), new RegExp(name))
  })

  it('says how many sessions a user may have, and what one more does [ASVS 7.1.2]', () => {
    const part = partOf('7.1.2')
    assert.match(part, new RegExp(`\\b${settingOf('SESSION_MAX_PER_USER')} \\(`))
    assert.match(part, /ends the user's oldest session/)
    assert.match(part, new RegExp(`last ${settingOf('SESSION_FRESH_SECONDS')} seconds`))
  })

  it('says where a login from elsewhere would go, and how its sessions would end', () => {
    const part = partOf('7.1.3')
    assert.match(part, /no federated login/)
    assert.match(part, /`signIn`/)
    assert.match(part, /`users\.endSessions`/)
  })

  it('says how guessing is slowed down, and that nobody is locked out by it [ASVS 6.1.1]', () => {
    const part = partOf('6.1.1')
    for (const name of ['LOGIN_MAX_FAILURES', 'LOGIN_MAX_FAILURES_PER_ADDRESS']) {
      const line = part.split('\n').find((each) => each.includes(`\`${name}\``))
      assert.match(String(line), new RegExp(`\\b${settingOf(name)} failures`))
    }
    assert.match(part, /locked out for good/)
    assert.match(part, /429/)
  })

  it('names every setting of the environment that it speaks of as .env.example does', () => {
    const named = document.match(/`(SESSION|LOGIN|PASSWORD|CSRF)_[A-Z_]+(?=[=`])/g) ?? []
    assert.ok(named.length > 5)
    for (const name of named) settingOf(name.slice(1))
  })

  it('is no place for secrets, and neither is what the app says at its start [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
