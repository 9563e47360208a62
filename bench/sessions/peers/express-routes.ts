import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Request, type RequestHandler } from 'express'
import session, { type SessionData, type Store } from 'express-session'
import { fillerOf, host } from './peer.ts'

declare module 'express-session' {
  interface SessionData {
    count: number
    items: object[]
  }
}

/** How a server of Express has sessions. */
export interface Wiring {
  /** For the page that is there for everybody. */
  forPage: RequestHandler
  /** For what needs a session. */
  forSession: RequestHandler
  login(req: Request, fields: Partial<SessionData>): Promise<void>
}

/** Serves the routes that every server of the bench has, and resolves with the port. */
export async function serveRoutes({ forPage, forSession, login }: Wiring): Promise<number> {
  const app = express()
  app.set('etag', false).set('x-powered-by', false)
  app.get('/page', forPage, (_req, res) => void res.json({ page: 'Welcome' }))
  app.get(
    '/read',
    forSession,
    ({ session: { user, count } }, res) => void res.json({ user, count }),
  )
  app.post('/write', forSession, ({ session }, res) => {
    session.count = (session.count ?? 0) + 1
    res.json({ user: session.user, count: session.count })
  })
  app.post('/login', forSession, async (req, res) => {
    const user = String(req.query.user)
    await login(req, { user, count: 0, items: fillerOf(Number(req.query.bytes)) })
    res.json({ user, count: 0 })
  })
  const server = app.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Serves the routes over express-session with a store, with the options and the login of its README. */
export function serveStore(store: Store): Promise<number> {
  const handler = session({
    store,
    secret: 'of a server that lives for one run',
    resave: false,
    saveUninitialized: false,
  })
  return serveRoutes({
    forPage: handler,
    forSession: handler,
    login: (req, fields) =>
      new Promise((resolve, reject) => {
        req.session.regenerate((error) => {
          if (error) return reject(error)
          Object.assign(req.session, fields)
          req.session.save((failure) => (failure ? reject(failure) : resolve()))
        })
      }),
  })
}
