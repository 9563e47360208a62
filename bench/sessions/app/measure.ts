import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { emitApp, startBackend } from '../../../test/apps/emitted-app.ts'
import { addUser } from '../../../test/apps/running-app.ts'
import { type Effort, measureInTurn } from '../in-turn.ts'
import { loads, openSessions, requestsOf } from '../loads.ts'
import { type Round, runRound } from '../round.ts'
import { type Server, startServer } from '../servers.ts'
import { behindProxy, login, startApp } from './start.ts'
import { makeVariant, parts } from './variants.ts'

/** The whole emitted app, on Redis. */
export interface MeasuredApp {
  /** Its start and memory, beside express-session and connect-redis wired by hand. */
  starts: Start[]
  /** `GET /api/me` of a logged-in user, by the app, and by the app without one part. */
  variants: { without: string; rounds: Round[] }[]
}

/** One value each start. */
export interface Start {
  name: string
  /** From the start of the process to its first answer. */
  firstAnswerMs: number[]
  idleBytes: number[]
  loadedBytes: number[]
}

/** The store of the app that is measured. */
export const appStore = 'redis'
const byHand = 'connect-redis'
const user = { username: 'alice', password: `${randomBytes(18).toString('base64url')} aB1` }
const [read] = loads.filter(({ name }) => name === 'read')
const requestsAtStart = 3000

/** Measures the app as it is emitted, on the Redis of its own tests. */
export async function measureApp(effort: Effort): Promise<MeasuredApp> {
  const stops: (() => unknown)[] = []
  try {
    const app = await emitApp('bench-app', appStore)
    stops.push(app.remove)
    await addUser(app, user)
    const started = { after: (stop: () => unknown) => void stops.push(stop) }
    const { url } = await startBackend(started, app.folder)
    const env = {
      SESSION_STORE_URL: url,
      SESSION_SECRETS: randomBytes(32).toString('base64url'),
      SESSION_STORE_TIMEOUT_MS: '20000',
      USERS_FILE: join(app.folder, 'data/users.json'),
      TRUST_PROXY: 'loopback',
    }
    const starts = await measureStarts(effort.rounds, app.folder, url, env)

    const servers: Server[] = []
    const cookies = new Map<Server, string>()
    const all = Object.keys(parts)
    for (const without of [[], ...all.map((part) => [part]), all]) {
      const folder = `${app.folder}-${servers.length}`
      makeVariant(app.folder, folder, without)
      stops.push(() => rmSync(folder, { recursive: true }))
      const name = without.length > 1 ? 'all of these' : (without[0] ?? 'nothing')
      const server = await startApp(name, folder, env)
      stops.push(server.stop)
      servers.push(server)
      cookies.set(server, await login(server, user))
    }
    const rounds = await measureInTurn(servers, effort, (server) => askMe(cookies.get(server)))
    const variants = servers.map(({ name }, index) => ({
      without: name,
      rounds: rounds[index] ?? [],
    }))
    return { starts, variants }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

const askMe = (cookie = '') => [
  { method: 'GET' as const, path: '/api/me', headers: { ...behindProxy, cookie } },
]

/** Starts both servers again and again, in turn. */
async function measureStarts(
  rounds: number,
  folder: string,
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<Start[]> {
  const makeStart = (name: string) => ({ name, firstAnswerMs: [], idleBytes: [], loadedBytes: [] })
  const compiled = { NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const plain: Start = makeStart(byHand)
  const whole: Start = makeStart('the whole app')
  // The first round fills the cache of compiled code, as the build of an image does.
  for (let round = -1; round < rounds; round++) {
    await measureStart(
      round < 0 ? makeStart(whole.name) : whole,
      '/',
      () => startApp(whole.name, folder, { ...env, ...compiled }),
      async (server) => {
        const cookie = await login(server, user)
        return () => askMe(cookie)
      },
    )
    await measureStart(
      round < 0 ? makeStart(plain.name) : plain,
      '/page',
      () => startServer(byHand, url, folder, compiled),
      async (server) => {
        if (!read) return () => []
        const cookies = await openSessions(server, read)
        return (client) => requestsOf(read, cookies, client)
      },
    )
  }
  return [whole, plain]
}

async function measureStart(
  into: Start,
  firstPage: string,
  start: () => Promise<Server>,
  prepare: (server: Server) => Promise<Parameters<typeof runRound>[2]>,
): Promise<void> {
  const began = performance.now()
  const server = await start()
  try {
    const answer = await fetch(server.address + firstPage, { headers: behindProxy })
    if (!answer.ok) throw new Error(`${into.name} answers ${answer.status} at first`)
    into.firstAnswerMs.push(performance.now() - began)
    into.idleBytes.push((await server.usage()).memoryBytes)
    server.keepCode?.()
    await runRound(server, requestsAtStart, await prepare(server))
    into.loadedBytes.push((await server.usage()).memoryBytes)
  } finally {
    await server.stop()
  }
}
