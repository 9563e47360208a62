import autocannon from 'autocannon'
import type { Server } from './servers.ts'

/** What clients do with a server. */
export interface Load {
  name: string
  /** What it is, for people. */
  title: string
  /** The requests of one client, over and over. */
  requests: ('page' | 'read' | 'write' | 'login')[]
  /** How many sessions its clients share among themselves. */
  sessions: number
  /** How much a session holds, about. */
  bytes: number
}

const clients = 50

const usual = { sessions: clients, bytes: 200 }
const mixed: Load['requests'] = [...Array<'read'>(9).fill('read'), 'write']

/** All loads. */
export const loads: Load[] = [
  { name: 'page', title: 'anonymous page', requests: ['page'], sessions: 0, bytes: 0 },
  { name: 'read', title: 'read, 200 B', requests: ['read'], ...usual },
  { name: 'write', title: 'write, 200 B', requests: ['write'], ...usual },
  { name: 'login', title: 'login', requests: ['login'], sessions: 0, bytes: 200 },
  { name: 'mixed', title: '90 % reads, 10 % writes', requests: mixed, ...usual },
  { name: 'one', title: 'the same, one session', requests: mixed, sessions: 1, bytes: 200 },
  { name: 'read-2k', title: 'read, 2 kB', requests: ['read'], ...usual, bytes: 2000 },
  { name: 'write-2k', title: 'write, 2 kB', requests: ['write'], ...usual, bytes: 2000 },
  { name: 'read-20k', title: 'read, 20 kB', requests: ['read'], ...usual, bytes: 20_000 },
  { name: 'write-20k', title: 'write, 20 kB', requests: ['write'], ...usual, bytes: 20_000 },
]

/** What one round of a load came to. */
export interface Round {
  /** CPU time of the server's process per request, user and system together. */
  cpuUs: number
  /** Requests per second. */
  rate: number
}

let logins = 0
const loginPath = (user: string, bytes: number) => `/login?user=${user}&bytes=${bytes}`

/** Logs in as often as a load needs sessions, and returns the cookies. Throws when a server answers otherwise than all do. */
export async function openSessions({ address, name }: Server, load: Load): Promise<string[]> {
  const cookies: string[] = []
  for (let index = 0; index < load.sessions; index++) {
    const response = await fetch(address + loginPath(`user-${index}`, load.bytes), {
      method: 'POST',
    })
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
    const read = await fetch(`${address}/read`, { headers: { cookie } })
    const body = await read.text()
    if (!/^{"user":"user-\d+","count":0}$/.test(body)) {
      throw new Error(`${name} answers ${read.status} "${body.slice(0, 100)}" after a login`)
    }
    cookies.push(cookie)
  }
  return cookies
}

/** Puts a load on a server until it has answered a number of requests; throws when an answer is no 200. */
export async function runRound(
  server: Server,
  load: Load,
  cookies: string[],
  amount: number,
): Promise<Round> {
  const connections = Math.min(clients, amount)
  let client = 0
  const before = await server.usage()
  const began = performance.now()
  let ended = began
  const result = await autocannon({
    url: server.address,
    connections,
    amount,
    timeout: 60,
    // It looks this often whether it is done, in ms.
    sampleInt: 20,
    setupClient(each) {
      each.setRequests(requestsOf(load, cookies, client++))
      each.on('response', () => {
        ended = performance.now()
      })
    },
  })
  const { cpuUs } = await server.usage()
  if (result['2xx'] < amount || result.errors > 0) {
    throw new Error(
      `${server.name}, ${load.title}: ${result['2xx']} of ${amount} requests were answered by a 200; ${result.errors} failed`,
    )
  }
  return { cpuUs: (cpuUs - before.cpuUs) / amount, rate: (amount / (ended - began)) * 1000 }
}

function requestsOf(load: Load, cookies: string[], client: number): autocannon.Request[] {
  const cookie = cookies[client % cookies.length]
  const headers = cookie ? { cookie } : {}
  // Each client begins elsewhere, so that not all write at the same moment.
  const shifted = load.requests.map(
    (_, index) => load.requests[(index + client) % load.requests.length],
  )
  return shifted.map((kind) => {
    if (kind !== 'login') {
      return { method: kind === 'write' ? 'POST' : 'GET', path: `/${kind}`, headers }
    }
    const setupRequest = (request: autocannon.Request) => ({
      ...request,
      path: loginPath(`login-${logins++}`, load.bytes),
    })
    return { method: 'POST', path: '/login', setupRequest }
  })
}
