import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stopClock } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

interface Device {
  handle: string
  created: string
  lastSeen: string
  address: string
  browser: string
  current: boolean
}

async function listDevices(visitor: Visitor): Promise<Device[]> {
  const response = await visitor.get('/api/sessions')
  assert.equal(response.status, 200)
  return (await response.json()).sessions
}

async function otherOf(visitor: Visitor): Promise<Device> {
  const other = (await listDevices(visitor)).find(({ current }) => !current)
  assert.ok(other)
  return other
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

describe('the sessions of a user', () => {
  it('are listed for that user, and say nothing that could be used as a cookie [ASVS 7.5.2, SM-14]', async () => {
    const bob = await suite().add('bob')
    const one = await app().enter(bob, {
      address: '203.0.113.21',
      headers: { 'User-Agent': firefox },
    })
    const two = await app().enter(bob, {
      address: '203.0.113.22',
      headers: { 'User-Agent': chrome },
    })
    await app().enter()
    const devices = await listDevices(two)
    assert.equal(devices.length, 2)
    const keys = ['address', 'browser', 'created', 'current', 'handle', 'lastSeen']
    for (const each of devices) {
      assert.deepEqual(Object.keys(each).sort(), keys)
      for (const time of [each.created, each.lastSeen])
        assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time)
    }
    const [current, other] = devices
    assert.deepEqual([current?.current, other?.current], [true, false])
    assert.deepEqual([current?.address, other?.address], ['203.0.113.22', '203.0.113.21'])
    assert.match(String(current?.browser), /Chrome/)
    assert.match(String(other?.browser), /Firefox/)

    const page = await (await two.get('/account/sessions')).text()
    assert.match(page, /203\.0\.113\.21/)
    for (const { handle } of devices) assert.ok(page.includes(`/api/sessions/${handle}/revoke`))
    const written = page + JSON.stringify(devices)
    for (const visitor of [one, two]) {
      const [, id = '', signature = ''] =
        /^s:([\w-]+)\.(.+)$/.exec(decodeURIComponent(visitor.jar.get('__Host-id') ?? '')) ?? []
      assert.ok(id && !written.includes(id))
      assert.ok(signature && !written.includes(signature))
    }
  })

  it('end when the user ends one, and only that one [ASVS 7.5.2]', async () => {
    const carol = await suite().add('carol')
    const [one, two] = [await app().enter(carol), await app().enter(carol)]
    const third = await app().enter(carol)
    assert.equal((await listDevices(third)).length, 3)
    await one.me()
    const { handle } = (await listDevices(one)).find(({ current }) => current) ?? { handle: '' }
    const response = await two.post(`/api/sessions/${handle}/revoke`)
    assert.deepEqual([response.status, await response.json()], [200, { ended: 1 }])
    assert.deepEqual([await one.who(), await two.who(), await third.who()], [401, 'carol', 'carol'])
    const again = await two.post(`/api/sessions/${handle}/revoke`)
    assert.deepEqual([again.status, await again.json()], [404, { error: 'not_found' }])
  })

  it('are nothing to other users, who cannot even learn that they are there [ASVS 7.5.2, 8.2.2]', async () => {
    const mallory = await app().enter(await suite().add('mallory'))
    const alice = await app().enter()
    const [device] = await listDevices(alice)
    const foreign = await mallory.post(`/api/sessions/${device?.handle}/revoke`)
    const unknown = await mallory.post(`/api/sessions/${'0'.repeat(32)}/revoke`)
    assert.deepEqual([foreign.status, unknown.status], [404, 404])
    assert.equal(await foreign.text(), await unknown.text())
    assert.equal(await alice.who(), 'alice')
    assert.equal((await listDevices(mallory)).length, 1)
  })

  it('end all but the own one, or all of them [ASVS 7.5.2]', async () => {
    const dora = await suite().add('dora')
    const [one, two, three] = [
      await app().enter(dora),
      await app().enter(dora),
      await app().enter(dora),
    ]
    const others = await three.post('/api/sessions/revoke-others')
    assert.deepEqual([others.status, await others.json()], [200, { ended: 2 }])
    assert.deepEqual([await one.who(), await two.who(), await three.who()], [401, 401, 'dora'])
    const four = await app().enter(dora)
    const all = await four.submit('/api/sessions/revoke-all')
    assert.deepEqual([all.status, all.headers.get('Location')], [303, '/login'])
    assert.equal(all.headers.get('Clear-Site-Data'), '"cache", "storage"')
    assert.deepEqual([await three.who(), await four.who()], [401, 401])
    assert.equal((await app().enter(dora)).jar.has('__Host-id'), true)
  })

  it('end only soon after the password was entered [ASVS 7.5.2, 7.5.3]', async (test) => {
    const here = await suite().startHere(test)
    const erik = await suite().add('erik')
    const [one, two] = [await here.enter(erik), await here.enter(erik)]
    const { handle } = await otherOf(two)
    stopClock().moveOn(301)
    const paths = [`/api/sessions/${handle}/revoke`, '/api/sessions/revoke-others']
    for (const path of [...paths, '/api/sessions/revoke-all']) {
      const response = await two.post(path)
      assert.deepEqual(
        [response.status, await response.json()],
        [403, { error: 'reauth_required' }],
      )
      const page = await two.submit(path)
      assert.equal(page.status, 303)
      assert.equal(page.headers.get('Location'), '/reauth?next=/account/sessions')
    }
    assert.equal(await one.who(), 'erik')
    const form = { password: erik.password, next: '/account/sessions' }
    const confirmed = await two.submit('/reauth', form)
    assert.deepEqual([confirmed.status, confirmed.headers.get('Location')], [303, form.next])
    const response = await two.post(`/api/sessions/${handle}/revoke`)
    assert.equal(response.status, 200)
    assert.deepEqual([await one.who(), await two.who()], [401, 'erik'])
  })

  it('show no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
