import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { promisify } from 'node:util'
import express, { Router } from 'express'
import type { Config } from '../../../src/config.ts'
import { createErrorHandler } from '../../../src/http/errors.ts'
import { createSessions, type SessionBackend } from '../../../src/session/index.ts'

/** Gates at which requests wait until the test lets them go on. */
function createGates() {
  const events = new EventEmitter().setMaxListeners(0)
  const waiting = new Map<string, number>()

  return {
    /** Waits at a gate. */
    async wait(name: string) {
      const opened = once(events, `open ${name}`)
      waiting.set(name, (waiting.get(name) ?? 0) + 1)
      events.emit(`arrived ${name}`)
      await opened
    },
    /** Resolves when so many requests wait at a gate. */
    async arrived(name: string, count = 1) {
      while ((waiting.get(name) ?? 0) < count) await once(events, `arrived ${name}`)
    },
    open(name: string) {
      waiting.delete(name)
      events.emit(`open ${name}`)
    },
  }
}

const tenants = new AsyncLocalStorage<string>()

/** Routes that do what an app may do to a session, and the quickstart does not. */
export function createProbe(backend: SessionBackend, config: Config) {
  const gates = createGates()
  const sessions = createSessions(backend, config, () => {})
  const silent = { info: () => {}, warn: () => {}, error: () => {} }

  const router = Router()
  router.use(express.json(), sessions.middleware)
  router.get('/read', (req, res) => {
    res.json({ user: req.session.user, maxAge: req.session.cookie.maxAge })
  })
  router.get('/fields', (req, res) => {
    const { cookie, user, sessionVersion, authenticated, address, agent, ...fields } = req.session
    res.json(fields)
  })
  router.get('/slow-read/:gate/:bytes', async ({ params }, res) => {
    await gates.wait(params.gate)
    res.send(Buffer.alloc(Number(params.bytes), 'x'))
  })
  router.post('/slow-write/:gate', async (req, res) => {
    await gates.wait(req.params.gate)
    req.session.note = 'written after the logout'
    res.json({})
  })
  router.post('/write', (req, res) => {
    Object.assign(req.session, req.body)
    res.json({})
  })
  router.post('/stream', (req, res) => {
    req.session.note = 'streamed'
    res.write('one,')
    res.write('two,')
    res.end('three')
  })
  router.post('/save', (req, res, next) => {
    req.session.note = 'saved by hand'
    req.session.save((error) => (error ? next(error) : res.json({})))
  })
  router.post('/reload', (req, res, next) => {
    req.session.note = 'not stored'
    req.session.reload((error) => (error ? next(error) : res.json({ note: req.session.note })))
  })
  router.post('/destroy-and-regenerate', async (req, res) => {
    const { session } = req
    await promisify(session.destroy).call(session)
    await promisify(session.regenerate).call(session)
    req.session.note = 'begun anew'
    res.json({})
  })
  router.post('/unset', (req, res) => {
    req.session.note = 'not stored'
    Reflect.deleteProperty(req, 'session')
    res.json({})
  })
  router.post('/null', (req, res) => {
    req.session.note = 'not stored'
    Object.assign(req, { session: null })
    res.json({})
  })
  router.post('/capitals', (req, res) => {
    req.session.note = 'changed'
    res.setHeader('X-Two-Words', 'kept').setHeader('x-small', 'kept').json({})
  })
  router.post('/nested/:depth', (req, res) => {
    let value: unknown[] = []
    for (let depth = Number(req.params.depth); depth > 0; depth--) value = [value]
    Object.assign(req.session, { value })
    res.json({})
  })
  router.post('/update-in-context/:tenant', async (req, res) => {
    let seen: string | undefined
    await gates.wait('update')
    await tenants.run(req.params.tenant, () =>
      sessions.update(req, () => {
        seen = tenants.getStore()
      }),
    )
    res.json({ tenant: seen })
  })
  router.post('/bigint', (req, res) => {
    Object.assign(req.session, { count: 1n })
    res.json({})
  })
  router.post('/cycle', (req, res) => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    Object.assign(req.session, { cycle })
    res.json({})
  })
  router.post('/answer-twice', (req, res) => {
    req.session.note = 'first'
    res.status(201).json({ answer: 'first' })
    res.status(202).json({ answer: 'the second, which is longer' })
  })
  router.post('/answer-and-throw', (req, res) => {
    req.session.note = 'answered'
    res.json({ answer: 'given' })
    throw new Error('after the answer')
  })
  router.post('/bad-chunk', (req, res) => {
    req.session.note = 'never answered'
    res.end(42)
  })
  router.post('/flush', (req, res) => {
    req.session.note = 'x'.repeat(2000)
    res.flushHeaders()
    res.end('flushed')
  })
  router.post('/update-twice', async (req, res) => {
    const count = () =>
      sessions.update(req, (newest) => {
        newest.visits = (newest.visits ?? 0) + 1
      })
    req.session.note = 'saved between'
    await Promise.all([count(), promisify(req.session.save).call(req.session), count()])
    res.json({ visits: req.session.visits })
  })
  router.post('/update-and-note', async (req, res) => {
    const updated = sessions.update(req, (newest) => {
      newest.visits = (newest.visits ?? 0) + 1
    })
    req.session.note = 'noted meanwhile'
    await updated
    res.json({})
  })
  router.use(
    createErrorHandler(
      () => 'error',
      silent,
      () => {},
    ),
  )
  return { router, gates }
}
