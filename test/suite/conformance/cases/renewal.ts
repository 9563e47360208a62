import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../clock.ts'
import { openSite } from '../site.ts'
import { alice, type Suite } from '../suite.ts'

/** The site, where a session cannot be stored once. */
async function openBreaking(test: TestContext, suite: Suite) {
  let fails = false
  const site = await openSite(test, suite, {
    wrap: (backend) => ({
      ...backend,
      async insert(record) {
        if (!fails) return backend.insert(record)
        fails = false
        throw new Error('connection lost')
      },
    }),
  })
  const failOnce = () => {
    fails = true
  }
  return { site, failOnce }
}

export function describeRenewal(suite: () => Suite) {
  describe('a session that is renewed by proving the password again', () => {
    it('goes on under another id, and the old one is dead', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'goes along' })
      const old = browser.copy()
      const { password } = alice
      assert.equal((await browser.post('/reauth', { password })).status, 200)
      assert.notEqual(browser.jar.get('id'), old.jar.get('id'))
      assert.equal((await browser.me()).note, 'goes along')
      assert.equal(await old.me(), 401)
      assert.equal((await browser.post('/reauth', { password: 'a wrong one' })).status, 403)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('holds each change that was acknowledged before, and none is acknowledged after', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.me()
      const old = browser.copy()
      const kept: string[] = []
      let goesOn = true
      const writing = Array.from({ length: 4 }, async (_, writer) => {
        for (let number = 0; goesOn; number++) {
          const field = `w${writer}n${number}`
          const { status, headers } = await old.post('/probe/write', { [field]: true })
          // Where the session is gone, the probe begins another one.
          if (status === 200 && headers.getSetCookie().length === 0) kept.push(field)
          else goesOn = false
          // The probe is another process, as it were; both have to get their turn.
          await pause(10)
        }
      })
      const { password } = alice
      await eventually(() => kept.length > 0, 'a change is acknowledged')
      assert.equal((await browser.post('/reauth', { password })).status, 200)
      await Promise.all(writing)
      const fields = await (await browser.get('/probe/fields')).json()
      assert.deepEqual(
        kept.filter((field) => fields[field] !== true),
        [],
      )
    })

    it('is there with all it held when that fails, and can be renewed after', async (test) => {
      const { site, failOnce } = await openBreaking(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'not lost' })
      failOnce()
      const refused = await browser.post('/reauth', alice)
      assert.equal(refused.status, 503)
      assert.deepEqual(refused.headers.getSetCookie(), [])
      assert.equal((await browser.me()).note, 'not lost')
      assert.equal((await browser.post('/api/note', { note: 'and goes on' })).status, 200)
      assert.equal((await browser.post('/reauth', alice)).status, 200)
      assert.equal((await browser.me()).note, 'and goes on')
    })

    it('is dead while the new one is not there yet, as where the process is killed between the two', async (test) => {
      const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const site = await openSite(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          async insert(record) {
            if (record.data.includes('interrupted')) {
              asked.resolve()
              await goOn.promise
            }
            return backend.insert(record)
          },
        }),
      })
      const elsewhere = await openSite(test, suite())
      const browser = elsewhere.open()
      await browser.login()
      await browser.post('/api/note', { note: 'interrupted' })
      const [old, renewing] = [browser.copy(), browser.copy(site.origin)]
      const renewed = renewing.post('/reauth', alice)
      await asked.promise
      assert.equal(await old.me(), 401)
      assert.equal((await elsewhere.open().login()).status, 303)
      goOn.resolve()
      assert.equal((await renewed).status, 200)
      assert.equal((await renewing.me()).note, 'interrupted')
      assert.equal(await old.me(), 401)
    })

    it('is renewed when it is full to the last byte, and stays where the new one would be too large', async (test) => {
      const SESSION_MAX_BYTES = '2000'
      const site = await openSite(test, suite(), { env: { SESSION_MAX_BYTES } })
      const browser = site.open()
      const { id } = await suite().started(browser.login)
      await browser.post('/api/note', { note: 'x' })
      const data = (await suite().backend.read(id))?.data ?? ''
      const note = 'x'.repeat(1 + Number(SESSION_MAX_BYTES) - Buffer.byteLength(data))
      assert.equal((await browser.post('/api/note', { note: `${note}x` })).status, 413)
      assert.equal((await browser.post('/api/note', { note })).status, 200)

      const elsewhere = site.open({ 'User-Agent': 'a'.repeat(256) })
      for (const [name, value] of browser.jar) elsewhere.jar.set(name, value)
      assert.equal((await elsewhere.post('/reauth', alice)).status, 413)
      assert.equal((await elsewhere.me()).note, note)

      assert.equal((await browser.post('/reauth', alice)).status, 200)
      assert.equal((await browser.me()).note, note)
    })

    it('is none more, so that no other one has to end where the user has as many as there may be', async (test) => {
      const env = { SESSION_MAX_PER_USER: '1' }
      const [roomy, strict] = [
        await openSite(test, suite()),
        await openSite(test, suite(), { env }),
      ]
      const [one, two] = [roomy.open(), roomy.open()]
      for (const browser of [one, two]) await browser.login()
      const there = one.copy(strict.origin)
      assert.equal((await there.post('/reauth', alice)).status, 200)
      assert.equal((await there.me()).user, 'alice')
      assert.equal((await two.me()).user, 'alice')
    })

    it('is over where that fails after a change of the password, and the new one holds', async (test) => {
      const { site, failOnce } = await openBreaking(test, suite())
      const file = String(suite().env.USERS_FILE)
      const before = await readFile(file)
      test.after(() => writeFile(file, before))
      const browser = site.open()
      await browser.login()
      failOnce()
      const password = randomBytes(12).toString('hex')
      const answer = await browser.post('/account/password', { current: alice.password, password })
      assert.deepEqual([answer.status, await answer.json()], [401, { error: 'session_ended' }])
      assert.ok(site.events.includes('session_renewal_failed'))
      assert.equal(await browser.me(), 401)
      assert.equal((await browser.login()).status, 401)
      assert.equal((await browser.login({ ...alice, password })).status, 303)
    })
  })
}
