import { emitApp, startBackend } from '../../test/apps/emitted-app.ts'
import { type Contest, onlyFor } from './contests.ts'
import { startFlaskServer } from './flask-server.ts'
import { type Effort, measureInTurn } from './in-turn.ts'
import { type Load, openSessions, requestsOf } from './loads.ts'
import type { Round } from './round.ts'
import { type Server, startServer } from './servers.ts'

/** What one server came to under one load. */
export interface Measured {
  store: string
  load: string
  /** The name of its file in `peers/`. */
  server: string
  rounds: Round[]
}

/** A server that could not be started here. */
export interface Skipped {
  store: string
  server: string
  reason: string
}

const ours = 'ours'

/** Starts the backend of a contest and all its servers, and puts the loads on them, in turn. */
export async function measureContest(
  { store, plain, others }: Contest,
  loads: Load[],
  effort: Effort,
): Promise<{ measured: Measured[]; skipped: Skipped[] }> {
  const stops: (() => unknown)[] = []
  try {
    const app = await emitApp(`bench-${store}`, store)
    stops.push(app.remove)
    const backend = { after: (stop: () => unknown) => void stops.push(stop) }
    const { url } = await startBackend(backend, app.folder)
    const servers: Server[] = []
    const skipped: Skipped[] = []
    for (const name of [ours, plain, ...others]) {
      try {
        const server = await start(name, url, app.folder)
        stops.push(server.stop)
        servers.push(server)
      } catch (error) {
        if (!others.includes(name)) throw error
        skipped.push({ store, server: name, reason: (error as Error).message })
      }
    }
    const measured: Measured[] = []
    for (const load of loads) {
      const asked = servers.filter(({ name }) => onlyFor[name]?.includes(load.name) ?? true)
      const rounds = await measureLoad(asked, load, effort)
      asked.forEach(({ name }, index) => {
        measured.push({ store, load: load.name, server: name, rounds: rounds[index] ?? [] })
      })
    }
    return { measured, skipped }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

const start = (name: string, url: string, app: string) =>
  name === 'flask-session' ? startFlaskServer(url) : startServer(name, url, app)

async function measureLoad(servers: Server[], load: Load, effort: Effort): Promise<Round[][]> {
  const cookies = new Map<Server, string[]>()
  for (const server of servers) cookies.set(server, await openSessions(server, load))
  return measureInTurn(servers, effort, (server, client) =>
    requestsOf(load, cookies.get(server) ?? [], client),
  )
}
