import type autocannon from 'autocannon'
import { type Round, runRound } from './round.ts'
import type { Server } from './servers.ts'
import { isNoisy } from './statistics.ts'

/** How long is measured. */
export interface Effort {
  /** How many rounds each server has. */
  rounds: number
  /** The CPU time that a round of the slowest server takes, in ms; it decides how many requests a round has. */
  roundMs: number
  /** At least so many requests in a round. */
  least: number
}

/** As many rounds until the compiler of a server has settled. */
const warmUp = 4

/** The rounds of each server, after a warm-up; when another user of the machine has disturbed them, those of a second try. */
export async function measureInTurn(
  servers: Server[],
  effort: Effort,
  requestsOf: (server: Server, client: number) => autocannon.Request[],
): Promise<Round[][]> {
  // A B A B, so that a busy moment of the machine meets all.
  const runAll = async (amount: number, into: Round[][]) => {
    for (const [index, server] of servers.entries()) {
      into[index]?.push(await runRound(server, amount, (client) => requestsOf(server, client)))
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
