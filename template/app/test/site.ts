import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, type TestContext } from 'node:test'
import express, { type ErrorRequestHandler } from 'express'
import {
  createReader,
  createSessions,
  openConfigured,
  readSessionConfig,
  type SessionBackend,
  withCircuitBreaker,
} from '../src/session/index.ts'
import { startBackend } from './backend.ts'

declare module 'express-session' {
  interface SessionData {
    user: string
    note: string
    visits: number
  }
}

/** What a store cannot do, each with the reason; `backend.ts` declares it, and the tests about it are left out. */
export interface Lacks {
  /** Other processes see its sessions, which outlive this one. */
  sharing?: string
  /** It compares and writes in one step, also among processes. */
  atomic?: string
  /** It lists all sessions. */
  scan?: string
  /** It makes its table or index at the first use. */
  creation?: string
  /** It is a server on a port. */
  server?: string
}

const url = process.env.SESSION_STORE_URL
const server = url ? { url, stop: async () => {} } : await startBackend().catch(refuse)
after(() => server.stop())

/** A stack would hide what to do about it. */
function refuse(error: Error): never {
  console.error(error.message)
  process.exit(1)
}

/** The environment of the tests; a key prefix of its own keeps those apart that run at the same time. */
export const environment = {
  NODE_ENV: 'test',
  SESSION_STORE_URL: server.url,
  SESSION_SECRETS: randomBytes(32).toString('base64url'),
  SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:`,
  SESSION_STORE_TIMEOUT_MS: '5000',
}

/** The settings of sessions, `changes` on top of the environment of the tests. */
export function readSettings(changes: Record<string, string> = {}) {
  return readSessionConfig(createReader({ ...environment, ...changes }))
}

/** Opens the backend as another process would, until the test ends. */
export async function openBackend(test?: TestContext): Promise<SessionBackend> {
  const backend = await openConfigured(readSettings(), () => {})
  await backend.prepare()
  if (test) test.after(backend.close)
  return backend
}

let shared: SessionBackend | undefined
after(() => shared?.close())

/** The backend that the tests of a file share, with calls that a test can let fail or never answer. */
export async function openFaultyBackend() {
  shared ??= await openBackend()
  return withFaults(shared)
}

function withFaults(real: SessionBackend) {
  const faults = new Map<string, () => Promise<never>>()
  const calls = Object.entries(real).map(([name, call]) => [
    name,
    (...args: never[]) => (faults.get(name) ?? call)(...args),
  ])
  const backend: SessionBackend = { ...real, ...Object.fromEntries(calls) }
  return {
    backend,
    real,
    /** From now on these calls fail. */
    breakCalls(...names: (keyof SessionBackend)[]) {
      for (const name of names) faults.set(name, () => Promise.reject(new Error('broken')))
    },
    /** From now on these calls never answer. */
    hangCalls(...names: (keyof SessionBackend)[]) {
      for (const name of names) faults.set(name, () => new Promise(() => {}))
    },
  }
}

interface SiteOptions {
  settings?: Record<string, string>
  /** Opens the backend a second time, as another process does. */
  asOtherProcess?: boolean
}

/** A site of a few routes on sessions alone, on a port until the test ends: it does what apps do with them, without users or pages. */
export async function openSite(
  test: TestContext,
  { settings = {}, asOtherProcess = false }: SiteOptions = {},
) {
  const config = readSettings(settings)
  const faulty = asOtherProcess ? withFaults(await openBackend(test)) : await openFaultyBackend()
  const backend = withCircuitBreaker(faulty.backend, config.session.storeTimeoutMs)
  const sessions = createSessions(backend, config, () => {})
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.code })
  }

  const app = express()
  app.get('/open', (_req, res) => res.json({}))
  app.use(sessions.middleware, express.json())
  app.get('/me', (req, res) => {
    const { user, note, visits = 0 } = req.session
    res.status(user === undefined ? 401 : 200).json({ user, note, visits })
  })
  app.post('/login', async (req, res) => {
    await sessions.start(req, { user: 'alice' })
    res.json({})
  })
  app.post('/logout', async (req, res) => {
    await sessions.end(req, res)
    res.json({})
  })
  app.post('/note', (req, res) => {
    req.session.note = req.body.note
    res.json({})
  })
  app.post('/visits', async (req, res) => {
    await sessions.update(req, (newest) => {
      newest.visits = (newest.visits ?? 0) + 1
    })
    res.json({})
  })
  app.post('/slow-note', async (req, res) => {
    arrived.resolve()
    await released.promise
    req.session.note = 'written after the logout'
    res.json({})
  })
  app.use(answerError)

  const origin = await listen(test, app)
  return {
    ...faulty,
    origin,
    config,
    /** Resolves when `POST /slow-note` waits, which goes on after `release`. */
    arrived: arrived.promise,
    release: released.resolve,
    visitor: () => openVisitor(origin),
    login: async () => {
      const visitor = openVisitor(origin)
      await visitor.post('/login')
      return visitor
    },
  }
}

/** Serves a handler on a free port until the test ends; resolves with its origin. */
export async function listen(test: TestContext, handler: RequestListener): Promise<string> {
  const site = createServer(handler).listen(0, '127.0.0.1')
  await once(site, 'listening')
  test.after(() => {
    site.close()
    site.closeAllConnections()
  })
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}`
}

/** A browser with a cookie jar, which brings the token of its session as programs do. */
export function openVisitor(origin: string, jar = new Map<string, string>()) {
  let token = ''

  async function send(method: string, path: string, headers: object, body: string | null = null) {
    const answer = await fetch(origin + path, {
      method,
      headers: {
        Accept: 'application/json',
        Origin: origin,
        Cookie: [...jar].map((pair) => pair.join('=')).join('; '),
        ...headers,
      },
      body,
      redirect: 'manual',
    })
    // The end of a session may still be moved until the body is whole.
    await answer.clone().arrayBuffer()
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? []
      if (value) jar.set(name, value)
      else jar.delete(name)
    }
    token = answer.headers.get('X-CSRF-Token') ?? token
    return answer
  }

  return {
    jar,
    get: (path: string) => send('GET', path, {}),
    page: (path: string) => send('GET', path, { Accept: 'text/html' }),
    post(path: string, body: object = {}) {
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': token }
      return send('POST', path, headers, JSON.stringify(body))
    },
    /** Sends a form without a token, as a page of the site at `from` would. */
    submit(path: string, fields: Record<string, string> = {}, from = origin) {
      const type = 'application/x-www-form-urlencoded'
      const headers = { Accept: 'text/html', 'Content-Type': type, Origin: from }
      return send('POST', path, headers, String(new URLSearchParams(fields)))
    },
    sessionId: () => /^s:([^.]+)/.exec(decodeURIComponent(jar.get('id') ?? ''))?.[1] ?? '',
    /** Somebody with the same cookies, who does not notice when they are taken back. */
    copy: (at = origin) => openVisitor(at, new Map(jar)),
  }
}

export type Visitor = ReturnType<typeof openVisitor>
