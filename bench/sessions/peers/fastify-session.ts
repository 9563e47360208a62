import fastifyCookie from '@fastify/cookie'
import fastifySession, { type FastifySessionOptions } from '@fastify/session'
import { RedisStore } from 'connect-redis'
import Fastify from 'fastify'
import { createClient } from 'redis'
import { fillerOf, host, type Peer } from './peer.ts'

type SessionStore = NonNullable<FastifySessionOptions['store']>

declare module 'fastify' {
  interface Session {
    user: string
    count: number
    items: object[]
  }
}

/** Fastify with @fastify/session, which takes the stores of express-session: here connect-redis. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const client = createClient({ url })
  await client.connect()
  const app = Fastify()
  app.register(fastifyCookie)
  app.register(fastifySession, {
    secret: 'of a server that lives for one run, and longer than 32',
    // Its types ask for less than those of express-session promise.
    store: new RedisStore({ client, prefix: 'of-fastify:' }) as unknown as SessionStore,
    cookie: { secure: false },
    saveUninitialized: false,
  })
  app.get('/page', async () => ({ page: 'Welcome' }))
  app.get('/read', async ({ session: { user, count } }) => ({ user, count }))
  app.post('/write', async ({ session }) => {
    session.count++
    return { user: session.user, count: session.count }
  })
  app.post<{ Querystring: { user: string; bytes: string } }>('/login', async (request) => {
    const { user, bytes } = request.query
    await request.session.regenerate()
    Object.assign(request.session, { user, count: 0, items: fillerOf(Number(bytes)) })
    return { user, count: 0 }
  })
  const address = await app.listen({ port: 0, host })
  return Number(new URL(address).port)
}
