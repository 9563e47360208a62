import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionBackend } from '../../../../src/session/index.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

/** Counts the writes that reach the backend. */
function countWrites() {
  const writes: string[] = []
  const wrap = (backend: SessionBackend): SessionBackend => ({
    ...backend,
    insert: (stored) => {
      writes.push('insert')
      return backend.insert(stored)
    },
    replace: (stored, rev) => {
      writes.push('replace')
      return backend.replace(stored, rev)
    },
  })
  return { writes, wrap }
}

export function describeSessionObject(suite: () => Suite) {
  describe('the session of a request', () => {
    it('that the handler saves by hand is written once, not again at the end', async (test) => {
      const { writes, wrap } = countWrites()
      const site = await openSite(test, suite(), { wrap })
      const browser = site.open()
      await browser.login()
      writes.length = 0
      assert.equal((await browser.post('/probe/save')).status, 200)
      assert.deepEqual(writes, ['replace'])
    })

    it('is what is stored again after a reload, without what the handler had changed', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'stored' })
      assert.deepEqual(await (await browser.post('/probe/reload')).json(), { note: 'stored' })
      assert.equal((await browser.me()).note, 'stored')
    })

    it('can be begun anew after it was destroyed, under another id', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const old = browser.copy()
      assert.equal((await browser.post('/probe/destroy-and-regenerate')).status, 200)
      assert.notEqual(browser.jar.get('id'), old.jar.get('id'))
      assert.equal(await old.me(), 401)
      const fields = await (await browser.get('/probe/fields')).json()
      assert.deepEqual(fields, { note: 'begun anew' })
    })

    it('stays as it is stored when the handler takes it off the request', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'stored' })
      assert.equal((await browser.post('/probe/unset')).status, 200)
      assert.equal((await browser.me()).note, 'stored')
    })

    it('stays as it is stored when the handler sets it to null, as express-session allows', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'stored' })
      assert.equal((await browser.post('/probe/null')).status, 200)
      assert.equal((await browser.me()).note, 'stored')
    })

    it('goes on, whatever name the app gives a field', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const fields = { '#closed': true, closed: true, created: 0, 'a.b': 1, $set: { rev: 0 } }
      assert.equal((await browser.post('/probe/write', fields)).status, 200)
      assert.equal((await browser.me()).user, 'alice')
      assert.deepEqual(await (await browser.get('/probe/fields')).json(), fields)
    })

    it('may be nested, and is too large when that goes too deep', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      assert.equal((await browser.post('/probe/nested/900')).status, 200)
      assert.equal((await browser.get('/probe/fields')).status, 200)
      await browser.login()
      assert.equal((await browser.post('/probe/nested/900')).status, 200)
      assert.equal((await browser.post('/probe/nested/3000')).status, 413)
      assert.equal((await browser.post('/probe/nested/100000')).status, 413)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('is updated in the context of the request that asked for it', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const tenants = Array.from({ length: 10 }, (_, index) => `tenant-${index}`)
      const seen = tenants.map(async (tenant) => {
        const response = await browser.post(`/probe/update-in-context/${tenant}`)
        return (await response.json()).tenant
      })
      // At the same moment, or no update would wait for another one.
      await site.gates.arrived('update', tenants.length)
      site.gates.open('update')
      assert.deepEqual(await Promise.all(seen), tenants)
    })

    it('has only the fields that the app has put there', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/probe/write', { when: new Date(0), left: undefined, none: null })
      await browser.get('/api/me')
      const fields = await (await browser.get('/probe/fields')).json()
      assert.deepEqual(fields, { when: '1970-01-01T00:00:00.000Z', none: null })
    })
  })
}
