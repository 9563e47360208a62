import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, openBrowser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { alice, type Suite } from '../conformance/suite.ts'
import { assertNothingOfInsides } from '../security/leaks.ts'

// A request may wait for its store for 2.5 s; the rest is for a busy machine.
const answerMs = 10_000
const thinkMs = 100
const spreadMs = 5000

/** Makes so many users, all with the password of Alice's. */
export async function makeUsers({ env }: Suite, count: number): Promise<string[]> {
  const file = String(env.USERS_FILE)
  const users = JSON.parse(await readFile(file, 'utf8'))
  const names = Array.from({ length: count }, (_, index) => `user-${index}`)
  for (const name of names) users[name] = users[alice.username]
  await writeFile(file, JSON.stringify(users))
  return names
}

/** Starts users who read and write, log out and in, while something happens to the store, until `end`, which fails where one of them saw what must not be. With `forgets` the store may lose everything, once. */
export async function startWorkload(origin: string, names: string[], { forgets = false } = {}) {
  const violations: string[] = []
  let slowestMs = 0
  let isOver = false
  const written = new Map<string, number>()

  /** The answer to a request, with what holds for each. */
  async function ask(who: string, request: () => Promise<Response>, allowed: number[]) {
    const began = performance.now()
    const answer = await request()
    const tookMs = performance.now() - began
    slowestMs = Math.max(slowestMs, tookMs)
    const { status, headers, url } = answer
    const what = `${who}, ${new URL(url).pathname}: ${status}`
    if (!allowed.includes(status)) violations.push(`${what}, ${await answer.clone().text()}`)
    if (tookMs > answerMs) violations.push(`${what} after ${Math.round(tookMs)} ms`)
    if (status !== 503) return answer
    const cookies = headers.getSetCookie().filter((line) => line.startsWith('id='))
    if (cookies.length > 0) violations.push(`${what} with a cookie`)
    if (!/^[1-5]$/.test(headers.get('retry-after') ?? '')) violations.push(`${what} says not when`)
    await assertNothingOfInsides(answer.clone()).catch((error) => violations.push(error.message))
    return answer
  }

  const logIn = async (name: string) => {
    const browser = openBrowser(origin)
    const login = () => browser.login({ ...alice, username: name })
    await eventually(
      async () => (await ask(name, login, [303, 503])).status === 303,
      `${name} is in`,
      60,
    )
    return browser
  }

  /** Reads and writes, and finds what was acknowledged. */
  async function readAndWrite(name: string, first: Browser) {
    let browser = first
    let allowed = forgets ? [200, 503, 401] : [200, 503]
    let [acknowledged, sent] = [0, 0]
    while (!isOver) {
      await pause(thinkMs)
      const least = acknowledged
      const read = await ask(name, () => browser.get('/api/me'), allowed)
      if (read.status === 401) {
        browser = await logIn(name)
        acknowledged = 0
        allowed = [200, 503]
        continue
      }
      if (read.status === 200) {
        const { user, note } = await read.json()
        if (user !== name) violations.push(`${name} is shown ${user}`)
        if (Number(note) < least || Number(note) > sent) {
          violations.push(`${name} wrote ${least} to ${sent}, and reads "${note}"`)
        }
      }
      const text = String(++sent)
      const began = performance.now()
      const write = await ask(name, () => browser.post('/api/note', { note: text }), allowed)
      if (write.status === 200) {
        acknowledged = sent
        written.set(name, began)
      }
    }
  }

  /** Logs out as soon as that is possible, and is a stranger then. */
  async function logOut(name: string, browser: Browser) {
    const there = browser.copy()
    // Each at another moment: before what happens, meanwhile, or afterwards.
    await pause(spreadMs * Math.random())
    while (!isOver) {
      const { status } = await ask(name, () => browser.post('/logout'), [303, 503])
      if (status === 303) break
      await pause(thinkMs)
    }
    while (!isOver) {
      await ask(`${name}, logged out`, () => there.get('/api/me'), [401, 503])
      await pause(3 * thinkMs)
    }
  }

  async function logInAnew(name: string) {
    while (!isOver) {
      const browser = openBrowser(origin)
      const login = () => browser.login({ ...alice, username: name })
      const { status } = await ask(name, login, [303, 503])
      const isLoggedIn = [...browser.jar.keys()].includes('id')
      if (isLoggedIn !== (status === 303)) violations.push(`a login is ${status}: ${isLoggedIn}`)
      if (status === 303) written.set('a login', performance.now())
      await pause(5 * thinkMs)
    }
  }

  async function lookAround() {
    const stranger = openBrowser(origin)
    while (!isOver) {
      for (const path of ['/livez', '/', '/login'])
        await ask('a stranger', () => stranger.get(path), [200])
      await ask('a stranger', () => stranger.get('/api/me'), [401])
      await pause(3 * thinkMs)
    }
  }

  const entered: { name: string; main: Browser; spare: Browser }[] = []
  // One after the other, for each is a password to hash.
  for (const name of names) {
    entered.push({ name, main: await logIn(name), spare: await logIn(name) })
  }
  for (const { spare } of entered) await spare.me()
  const running = Promise.all([
    ...entered.map(({ name, main }) => readAndWrite(name, main)),
    ...entered.map(({ name, spare }) => logOut(name, spare)),
    logInAnew(String(names[0])),
    lookAround(),
  ])

  return {
    /** From now on, answers are looked at for the slowest one. */
    timeAnswers() {
      slowestMs = 0
    },
    /** Resolves with how many ms it took until each user has written, and somebody has logged in. */
    async isServed(): Promise<number> {
      const began = performance.now()
      const isServed = (who: string) => (written.get(who) ?? 0) > began
      await eventually(() => [...names, 'a login'].every(isServed), 'all are served again', 60)
      return Math.round(performance.now() - began)
    },
    /** Fails where anything was not as it must be; resolves with how long the slowest answer took, in ms. */
    async end(): Promise<number> {
      isOver = true
      await running
      assert.deepEqual([...new Set(violations)].slice(0, 20), [])
      return Math.round(slowestMs)
    },
  }
}
