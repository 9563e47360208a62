import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Request } from 'express'
import type { SessionData } from 'express-session'
import type { Subject, SubjectOptions } from './store-subject.ts'

export type Fields = Record<string, unknown>

const patienceMs = 20_000

/** A session id that nobody has. */
export const freshId = () => randomBytes(24).toString('base64url')

/** What a store calls back with; throws when it has not for so long that no busy machine explains it. */
export function ask<Answer>(
  call: (done: (error: unknown, answer?: Answer | null) => void) => unknown,
): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It never answered')), patienceMs)
    call((error, answer) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve(answer ?? null)
    })
  })
}

/** Runs `work` and resolves with what was thrown meanwhile where nobody could catch it; no other test may run at the time. */
export async function catchUncaught(work: () => Promise<void>): Promise<unknown[]> {
  const thrown: unknown[] = []
  const keep = (error: unknown) => void thrown.push(error)
  const exceptions = process.listeners('uncaughtException')
  const rejections = process.listeners('unhandledRejection')
  process.removeAllListeners('uncaughtException').on('uncaughtException', keep)
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', keep)
  try {
    await work()
    await pause(100)
    return thrown
  } finally {
    process.off('uncaughtException', keep).off('unhandledRejection', keep)
    for (const listener of exceptions) process.on('uncaughtException', listener)
    for (const listener of rejections) process.on('unhandledRejection', listener)
  }
}

/** Opens a store, until the test ends, to be asked as express-session asks it. */
export async function openStore(test: TestContext, subject: Subject, options: SubjectOptions) {
  const opened = await subject.open(test, options)
  const { store } = opened
  const requestOf = (id: string) => ({ sessionID: id, sessionStore: store }) as unknown as Request

  const get = (id: string) =>
    ask<SessionData & Fields>((done) => store.get(id, done as never)).catch((error) => {
      // express-session takes this error for no session.
      if (error.code === 'ENOENT') return null
      throw error
    })
  const set = (id: string, session: SessionData) =>
    ask<void>((done) => store.set(id, session, done))
  const touch = (id: string, session: SessionData) =>
    ask<void>((done) => {
      if (!store.touch) throw new Error('It has no touch')
      // Its type leaves out the error that it calls back with.
      store.touch(id, session, done as () => void)
    })

  /** A session object as a request has it that begins a session. */
  function make(id: string, fields: Fields, ageMs = options.ageMs) {
    const expires = ageMs === null ? null : new Date(Date.now() + ageMs)
    const cookie = { originalMaxAge: ageMs, expires, httpOnly: true, path: '/' }
    return store.createSession(requestOf(id), { ...fields, cookie } as SessionData)
  }

  /** The session object that the next request gets; throws when the session is not there. */
  async function load(id: string) {
    const data = await get(id)
    assert.ok(data, 'The session is not there')
    return store.createSession(requestOf(id), data)
  }

  return {
    ...opened,
    get,
    set,
    touch,
    destroy: (id: string) => ask<void>((done) => store.destroy(id, done)),
    make,
    load,

    /** Begins a session and returns its id. */
    async start(fields: Fields, { id = freshId(), ageMs = options.ageMs } = {}) {
      await set(id, make(id, fields, ageMs))
      return id
    },

    /** What the session holds without its cookie; null when it is not there. */
    async fields(id: string) {
      const data = await get(id)
      if (!data) return null
      const left = ['cookie', ...(opened.adds ?? [])]
      return Object.fromEntries(Object.entries(data).filter(([name]) => !left.includes(name)))
    },

    /** Ends a request that has only read the session. */
    async use(id: string, session: Awaited<ReturnType<typeof load>>) {
      session.touch()
      await touch(id, session)
    },

    /** Ends a request that has changed the session. */
    async change(id: string, session: Awaited<ReturnType<typeof load>>, fields: Fields) {
      Object.assign(session, fields)
      session.touch()
      await set(id, session)
    },
  }
}
