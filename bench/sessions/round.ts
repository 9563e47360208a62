import autocannon from 'autocannon'
import type { Server } from './servers.ts'

/** How many clients ask at the same time. */
export const clients = 50

/** What one round came to. */
export interface Round {
  /** CPU time of the server's process per request, user and system together. */
  cpuUs: number
  /** Requests per second. */
  rate: number
}

/** Has clients ask a server, until it has answered a number of requests; throws when an answer is no 200. */
export async function runRound(
  server: Server,
  amount: number,
  requestsOf: (client: number) => autocannon.Request[],
): Promise<Round> {
  let client = 0
  const before = await server.usage()
  const began = performance.now()
  let ended = began
  const result = await autocannon({
    url: server.address,
    connections: Math.min(clients, amount),
    amount,
    timeout: 60,
    // It looks this often whether it is done, in ms.
    sampleInt: 20,
    setupClient(each) {
      each.setRequests(requestsOf(client++))
      each.on('response', () => {
        ended = performance.now()
      })
    },
  })
  const { cpuUs } = await server.usage()
  if (result['2xx'] < amount || result.errors > 0) {
    throw new Error(
      `${server.name} answered ${result['2xx']} of ${amount} requests by a 200, and ${result.errors} failed`,
    )
  }
  return { cpuUs: (cpuUs - before.cpuUs) / amount, rate: (amount / (ended - began)) * 1000 }
}
