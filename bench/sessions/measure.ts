import { emitApp, startBackend } from '../../test/apps/emitted-app.ts'
import type { Contest } from './contests.ts'
import { type Load, openSessions, type Round, runRound } from './loads.ts'
import { type Server, startServer } from './servers.ts'
import { isNoisy } from './statistics.ts'

/** What one server came to under one load. */
export interface Measured {
  store: string
  load: string
  /** The name of its file in `peers/`. */
  server: string
  rounds: Round[]
}

export interface Effort {
  /** How many rounds each server has. */
  rounds: number
  /** The CPU time that a round of the slowest server takes, in ms; it decides how many requests a round has. */
  roundMs: number
  /** At least so many requests in a round. */
  least: number
}

const ours = 'ours'

/** As many rounds until the compiler of a server has settled. */
const warmUp = 4

/** Starts the backend of a contest and all its servers, and puts the loads on them, in turn. */
export async function measureContest(
  { store, plain, others }: Contest,
  loads: Load[],
  effort: Effort,
): Promise<Measured[]> {
  const stops: (() => unknown)[] = []
  try {
    const app = await emitApp(`bench-${store}`, store)
    stops.push(app.remove)
    const backend = { after: (stop: () => unknown) => void stops.push(stop) }
    const { url } = await startBackend(backend, app.folder)
    const servers: Server[] = []
    for (const name of [ours, plain, ...others]) {
      const server = await startServer(name, url, app.folder)
      stops.push(server.stop)
      servers.push(server)
    }
    const measured: Measured[] = []
    for (const load of loads) {
      const rounds = await measureLoad(servers, load, effort)
      servers.forEach(({ name }, index) => {
        measured.push({ store, load: load.name, server: name, rounds: rounds[index] ?? [] })
      })
    }
    return measured
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** The rounds of each server. A load that another user of the machine has disturbed has a second try. */
async function measureLoad(servers: Server[], load: Load, effort: Effort): Promise<Round[][]> {
  const cookies: string[][] = []
  for (const server of servers) cookies.push(await openSessions(server, load))
  const runAll = async (amount: number, into: Round[][]) => {
    // In turn, A B A B, so that a busy moment of the machine meets all.
    for (const [index, server] of servers.entries()) {
      into[index]?.push(await runRound(server, load, cookies[index] ?? [], amount))
    }
  }
  const empty = () => servers.map((): Round[] => [])
  const first = empty()
  await runAll(effort.least, first)
  const slowestUs = Math.max(...first.flat().map(({ cpuUs }) => cpuUs))
  const amount = Math.max(effort.least, Math.round((effort.roundMs * 1000) / slowestUs))
  await runAll(warmUp * amount, empty())
  let rounds = empty()
  for (let tries = 0; tries < 2; tries++) {
    rounds = empty()
    for (let count = 0; count < effort.rounds; count++) await runAll(amount, rounds)
    if (!rounds.some((each) => isNoisy(each.map(({ cpuUs }) => cpuUs)))) break
  }
  return rounds
}
