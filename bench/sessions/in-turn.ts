import type autocannon from 'autocannon'
import { type Round, runRound } from './round.ts'
import type { Server } from './servers.ts'
import { isNoisy } from './statistics.ts'

/** How long is measured. */
export interface Effort {
  /** How many rounds each server has. */
  rounds: number
  /** How long a round of the slowest server takes, in ms, and two thirds of it that of the fastest at least; it decides how many requests a round of each has. */
  roundMs: number
  /** At least so many requests in a round. */
  least: number
  /** How often rounds are taken that another user of the machine has disturbed. */
  tries: number
}

/** So many rounds at least, and at most, until the compiler of each server has settled. */
const warmUp = { least: 4, most: 10 }

/** The rounds of each server, after a warm-up. */
export async function measureInTurn(
  servers: Server[],
  { rounds: count, roundMs, least, tries }: Effort,
  requestsOf: (server: Server, client: number) => autocannon.Request[],
): Promise<Round[][]> {
  // A B A B, so that a busy moment of the machine meets all.
  async function take(rounds: number, amount: number): Promise<Round[][]> {
    const taken = servers.map((): Round[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [index, server] of servers.entries()) {
        taken[index]?.push(await runRound(server, amount, (client) => requestsOf(server, client)))
      }
    }
    return taken
  }
  await take(1, least)
  const rates = (await take(1, least)).flat().map(({ rate }) => rate)
  // What the operating system counts is too coarse for a server that is done in a few of its ticks.
  const rate = Math.max(Math.min(...rates), Math.max(...rates) / 1.5)
  const amount = Math.max(least, Math.round((rate * roundMs) / 1000))
  const warm = servers.map((): number[] => [])
  const isSettled = () => warm.every((each) => !isNoisy(each.slice(-4)))
  for (let round = 0; round < warmUp.most; round++) {
    if (round >= warmUp.least && isSettled()) break
    for (const [index, taken] of (await take(1, amount)).entries()) {
      warm[index]?.push(...taken.map(({ cpuUs }) => cpuUs))
    }
  }
  for (let trial = 1; ; trial++) {
    const rounds = await take(count, amount)
    const isDisturbed = rounds.some((each) => isNoisy(each.map(({ cpuUs }) => cpuUs)))
    if (!isDisturbed || trial === tries) return rounds
  }
}
