import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { SecureApp } from './app.ts'

/** A password that nobody has. */
export const wrong = randomBytes(12).toString('hex')

/** The answer to a login, and how long to wait for the next. */
export async function tryLogin(
  app: SecureApp,
  username: string,
  password = wrong,
  address?: string,
) {
  const visitor = app.visitor(address === undefined ? {} : { address })
  const response = await visitor.post('/login', { username, password })
  const wait = response.headers.get('Retry-After')
  return { status: response.status, wait: Number(wait), text: await response.text() }
}

/** Fails so often, and is never told to wait. */
export async function fail(app: SecureApp, username: string, times: number) {
  for (let time = 0; time < times; time++)
    assert.equal((await tryLogin(app, username)).status, 401, `failure ${time + 1}`)
}

/** Fails until the answer is that it is too early, for `seconds` at least; says how often it failed meanwhile, and that answer. A slow machine may miss a wait. */
export async function block(ask: (time: number) => ReturnType<typeof tryLogin>, seconds = 1) {
  const waits: number[] = []
  let failed = 0
  for (let time = 0; time < 15; time++) {
    const { status, wait, text } = await ask(time)
    if (status !== 429) failed++
    else {
      waits.push(wait)
      if (wait >= seconds) return { failed, waits, text }
      await pause(wait * 1000)
    }
  }
  throw new Error(`Never blocked for ${seconds} s, but ${waits}`)
}
