import type autocannon from 'autocannon'
import { type Round, runRound } from './round.ts'
import type { Server } from './servers.ts'
import { isNoisy } from './statistics.ts'

/** How long is measured. */
export interface Effort {
  /** How many rounds each server has; as many warm it up at least. */
  rounds: number
  /** After so many rounds of warm-up it is measured, even if the compiler of some server has not settled. */
  warmUp: number
  /** How long a round of a server takes, in ms: it decides how many requests a round of each has, since what a few ticks of the system's clock count is too coarse. */
  roundMs: number
  /** At least so many requests in a round. */
  least: number
  /** How often rounds are taken that another user of the machine has disturbed. */
  tries: number
}

/** The rounds of each server, after a warm-up. */
export async function measureInTurn(
  servers: Server[],
  { rounds: count, warmUp, roundMs, least, tries }: Effort,
  requestsOf: (server: Server, client: number) => autocannon.Request[],
): Promise<Round[][]> {
  let amounts = servers.map(() => least)
  // A B A B, so that a busy moment of the machine meets all.
  async function take(rounds: number): Promise<Round[][]> {
    const taken = servers.map((): Round[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [index, server] of servers.entries()) {
        const amount = amounts[index] ?? least
        taken[index]?.push(await runRound(server, amount, (client) => requestsOf(server, client)))
      }
    }
    return taken
  }
  const warm = servers.map((): Round[] => [])
  const cpuOf = (rounds: Round[]) => rounds.map(({ cpuUs }) => cpuUs)
  const isSettled = () => !warm.some((rounds) => isNoisy(cpuOf(rounds.slice(1 - count))))
  for (let round = 0; round < warmUp; round++) {
    if (round >= count && isSettled()) break
    for (const [index, taken] of (await take(1)).entries()) warm[index]?.push(...taken)
    // The next round takes its time also where the server has become faster.
    amounts = warm.map((rounds) =>
      Math.max(least, Math.round(((rounds.at(-1)?.rate ?? 0) * roundMs) / 1000)),
    )
  }
  for (let trial = 1; ; trial++) {
    const rounds = await take(count)
    const isDisturbed = rounds.some((each) => isNoisy(cpuOf(each)))
    if (!isDisturbed || trial === tries) return rounds
  }
}
