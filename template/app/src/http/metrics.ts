import { createHash, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Express, RequestHandler } from 'express'
import type { SessionBackend } from '../session/index.ts'
import { type AuditEvent, auditEvents } from './audit-log.ts'
import { methodNotAllowed } from './errors.ts'

// The events of the log that are one of a session, or a login.
const eventsOfSessions = new Map([
  ['session_created', 'created'],
  ['session_renewed', 'renewed'],
  ['session_logout', 'logged_out'],
  ['session_revoked', 'revoked'],
  ['excess_sessions_exceeded', 'revoked'],
  ['session_unknown', 'expired'],
  ['session_expired', 'expired'],
  ['session_tampered', 'refused'],
])
const outcomesOfLogins = new Map([
  ['authn_login_success', 'success'],
  ['authn_login_fail', 'failure'],
  ['authn_login_lock', 'delayed'],
])

const operations = ['read', 'owned', 'insert', 'replace', 'touch', 'remove', 'ping'] as const
const secondsOfCalls = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/**
 * Lets `GET /metrics` tell Prometheus, to whoever brings the token, what sessions, logins and calls to
 * the store there were since the process began; returns the backend whose calls are counted. It takes
 * the one with the circuit breaker, so that each call counts by what the app got of it. Without a
 * token there is no such route, and nothing is counted or loaded.
 */
export function withMetrics(app: Express, backend: SessionBackend, token: string): SessionBackend {
  if (token === '') return backend
  const { registry, countEvent, countResumed, time } = createMetrics()
  auditEvents.subscribe((message) => countEvent(message as AuditEvent))
  app
    .route('/metrics')
    .get(requireToken(token), async (_req, res) => {
      res.set('Content-Type', registry.contentType).end(await registry.metrics())
    })
    .all(methodNotAllowed)

  const read = time('read', backend.read)
  return {
    ...backend,
    owned: time('owned', backend.owned),
    insert: time('insert', backend.insert),
    replace: time('replace', backend.replace),
    touch: time('touch', backend.touch),
    remove: time('remove', backend.remove),
    ping: time('ping', backend.ping),
    async read(id) {
      const stored = await read(id)
      // What has no owner is no session of somebody, as the counts of failed logins are none.
      if (stored && stored.owner !== null) countResumed()
      return stored
    },
  }
}

/** Lets only those through who bring the token: a 401 else, so that a scraper with a wrong one is told so. */
function requireToken(token: string): RequestHandler {
  // Digests are equally long, so that comparing them takes the same time whatever is brought.
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return (req, res, next) => {
    const [, brought = ''] = /^Bearer +(.+)$/i.exec(req.get('Authorization') ?? '') ?? []
    res.set('Cache-Control', 'no-store')
    if (timingSafeEqual(digest(brought), expected)) next()
    else res.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'unauthenticated' })
  }
}

/** What is counted: all label values are known beforehand, and there from the start. */
function createMetrics() {
  // Only here, for an app without a token should not load it.
  const client: typeof import('@prometheus-io/client') = createRequire(import.meta.url)(
    '@prometheus-io/client',
  )
  const registry = new client.Registry()
  const registers = [registry]
  // Once a second, and not ten times, how busy the event loop is.
  client.collectDefaultMetrics({ register: registry, eventLoopUtilizationTimeout: 1000 })

  const sessions = new client.Counter({
    name: 'session_events_total',
    help: 'What became of sessions: created by a login; renewed by the password once more; resumed, for each request that brought one which the store had; expired, for each request that brought one which is over; logged_out; revoked by its user on another device, or by one login too many; refused, for each cookie that nobody here has signed',
    labelNames: ['event'],
    registers,
  })
  const logins = new client.Counter({
    name: 'logins_total',
    help: 'Tries to log in: success; failure, by a wrong name or password; delayed, which came before the wait after many failures was over',
    labelNames: ['outcome'],
    registers,
  })
  const calls = new client.Counter({
    name: 'session_store_calls_total',
    help: 'Calls to the session store by operation: ok; failed, or took too long; refused, for which the store was not waited, as the circuit breaker was open or the request had used up its time',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const durations = new client.Histogram({
    name: 'session_store_call_duration_seconds',
    help: 'How long calls to the session store took, ok or failed; those that were refused are not in it',
    labelNames: ['operation'],
    buckets: secondsOfCalls,
    registers,
  })
  const breaker = new client.Gauge({
    name: 'session_store_breaker_open',
    help: 'Whether the circuit breaker keeps calls from the session store: 1 or 0, for its reads and its writes',
    labelNames: ['calls'],
    registers,
  })

  // What is first seen with its first event is no increase for Prometheus.
  for (const event of [...eventsOfSessions.values(), 'resumed']) sessions.inc({ event }, 0)
  for (const outcome of outcomesOfLogins.values()) logins.inc({ outcome }, 0)
  for (const operation of operations) {
    durations.zero({ operation })
    for (const outcome of ['ok', 'failed', 'refused']) calls.inc({ operation, outcome }, 0)
  }
  for (const kind of ['reads', 'writes']) breaker.set({ calls: kind }, 0)

  return {
    registry,
    countResumed: () => sessions.inc({ event: 'resumed' }),

    countEvent({ event: name, details }: AuditEvent) {
      const event = eventsOfSessions.get(name)
      const outcome = outcomesOfLogins.get(name)
      if (event) sessions.inc({ event }, Number(details.count ?? 1))
      else if (outcome) logins.inc({ outcome })
      else if (name === 'breaker_open') breaker.set({ calls: String(details.of) }, 1)
      else if (name === 'breaker_closed') breaker.set({ calls: String(details.of) }, 0)
    },

    /** The same call, with how long it took and what came of it. */
    time:
      <Args extends unknown[], Answer>(
        operation: (typeof operations)[number],
        call: (...args: Args) => Promise<Answer>,
      ) =>
      async (...args: Args): Promise<Answer> => {
        const stop = durations.startTimer({ operation })
        try {
          const answer = await call(...args)
          stop()
          calls.inc({ operation, outcome: 'ok' })
          return answer
        } catch (error) {
          // What has failed is the cause; where the circuit breaker itself gave up, it says why in words.
          const isRefused = typeof (error as Error).cause === 'string'
          if (!isRefused) stop()
          calls.inc({ operation, outcome: isRefused ? 'refused' : 'failed' })
          throw error
        }
      },
  }
}
