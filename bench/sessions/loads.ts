import type autocannon from 'autocannon'
import { clients } from './round.ts'
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

const usual = { sessions: clients, bytes: 200 }
const mixed: Load['requests'] = [...Array<'read'>(9).fill('read'), 'write']

/** All loads. */
export const loads: Load[] = [
  { name: 'page', title: 'anonymous page', requests: ['page'], sessions: 0, bytes: 0 },
  { name: 'read', title: 'read, 200 B', requests: ['read'], ...usual },
  { name: 'write', title: 'write, 200 B', requests: ['write'], ...usual },
  { name: 'mixed', title: '90 % reads, 10 % writes', requests: mixed, ...usual },
  { name: 'one', title: 'the same, one session for all', requests: mixed, sessions: 1, bytes: 200 },
  { name: 'read-2k', title: 'read, 2 kB', requests: ['read'], ...usual, bytes: 2000 },
  { name: 'write-2k', title: 'write, 2 kB', requests: ['write'], ...usual, bytes: 2000 },
  { name: 'read-20k', title: 'read, 20 kB', requests: ['read'], ...usual, bytes: 20_000 },
  { name: 'write-20k', title: 'write, 20 kB', requests: ['write'], ...usual, bytes: 20_000 },
  // Last, for it leaves a session for each request, and what looks at all of them gets slow.
  { name: 'login', title: 'login', requests: ['login'], sessions: 0, bytes: 200 },
]

let logins = 0
const loginPath = (user: string, bytes: number) => `/login?user=${user}&bytes=${bytes}`

/** Logs in as often as a load needs sessions, and returns the cookies. Throws when a server answers otherwise than all do. */
export async function openSessions(server: Server, load: Load): Promise<string[]> {
  const { address, name } = server
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
  if (load.requests.includes('write')) await checkWrites(server, load)
  return cookies
}

/** A server that keeps nothing would be the fastest. */
async function checkWrites(server: Server, load: Load): Promise<void> {
  const [cookie = ''] = await openSessions(server, { ...load, requests: [], sessions: 1 })
  const write = async () => {
    const response = await fetch(`${server.address}/write`, { method: 'POST', headers: { cookie } })
    return response.text()
  }
  await write()
  const body = await write()
  if (!body.endsWith('"count":2}')) {
    throw new Error(`${server.name} answers "${body.slice(0, 100)}" to the second write`)
  }
}

/** What each client asks under a load, by its number. */
export function requestsOf(load: Load, cookies: string[], client: number): autocannon.Request[] {
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
