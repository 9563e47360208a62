import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'
import limitConcurrency, { type LimitFunction } from 'p-limit'
import { type AuditLog, httpError, type SessionBackend, type Stored } from '../session/index.ts'
import type { Attempt, User, Users } from '../users/users.ts'

interface Limits {
  maxFailures: number
  maxFailuresPerAddress: number
}

/** So many failures since then, and until when the next try has to wait; in ms since the epoch. */
interface Failures {
  count: number
  since: number
  until: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const longestWaitSeconds = 900
const mostAtATime = 64
const writeTries = 10

/**
 * The same users, except that who tries out passwords is slowed down: after `maxFailures` in a row,
 * each further try of that account waits, one second at first and twice as long each time, up to 15
 * minutes; the same after `maxFailuresPerAddress` within an hour for an address. Nothing is locked
 * for good, and sessions go on (OWASP ASVS 6.1.1, 6.3.1). `verify` then throws a 429 when it is too
 * early, and a 503 when too many passwords are being checked.
 */
export function withLoginThrottle(
  users: Users,
  backend: SessionBackend,
  limits: Limits,
  audit: AuditLog,
): Users {
  const runExclusive = createMutex()
  let underWay = 0

  const waitAfter = (most: number) => (count: number) =>
    count < most ? 0 : Math.min(2 ** (count - most), longestWaitSeconds) * 1000

  async function check(
    name: string,
    password: string,
    { kind, address }: Attempt,
    isAddressHeld = false,
  ): Promise<User | null> {
    const ofAccount = accountCounter(backend, kind, name)
    // Nothing sets back the count of an address, which many people may share; it ends by itself.
    const ofAddress = createCounter(backend, 'address', address, ({ since }) => since + hourMs)
    const [failed, failedHere] = await Promise.all([ofAccount.read(), ofAddress.read()])
    const holdAddress = <Result>(work: () => Promise<Result>) =>
      isAddressHeld ? work() : runExclusive(`address ${address}`, work)
    if (!isAddressHeld && (failedHere?.count ?? 0) >= limits.maxFailuresPerAddress) {
      return holdAddress(() => check(name, password, { kind, address }, true))
    }
    const known = (await users.find(name))?.name ?? 'unknown'
    const failures = failed?.count ?? 0
    const until = Math.max(failed?.until ?? 0, failedHere?.until ?? 0)
    if (until > Date.now()) {
      audit('authn_login_lock', { user: known, failures })
      const retryAfter = Math.ceil((until - Date.now()) / 1000)
      throw Object.assign(httpError(429, 'login_throttled', 'Too many failed logins'), {
        retryAfter,
      })
    }
    const user = await users.verify(name, password, { kind, address })
    if (user === null) {
      await ofAccount.add(waitAfter(limits.maxFailures))
      await holdAddress(() => ofAddress.add(waitAfter(limits.maxFailuresPerAddress)))
    } else if (failed) {
      await ofAccount.reset()
      if (kind === 'login') audit('authn_login_successafterfail', { user: known, failures })
    }
    return user
  }

  return {
    ...users,

    async verify(name, password, { kind, address }) {
      if (underWay >= mostAtATime) {
        throw httpError(503, 'login_busy', 'Too many passwords are being checked')
      }
      underWay++
      try {
        // One at a time, so that many at once do not all go by the count before them.
        return await runExclusive(`${kind} ${accountOf(name)}`, () =>
          check(name, password, { kind, address: networkOf(address) }),
        )
      } finally {
        underWay--
      }
    },
  }
}

/** `npm run sessions -- unlock <user>`: forgets the failed logins of an account. */
export const unlock = {
  about: 'forget the failed logins of a user',
  takes: 'user',
  async run({ word: user }: { word: string }, open: () => Promise<{ backend: SessionBackend }>) {
    const counter = accountCounter((await open()).backend, 'login', user)
    if (!(await counter.read())) {
      const message = `No login of "${user}" has failed of late: nothing was locked.`
      return { message, data: { unlocked: false }, exitCode: 3 }
    }
    await counter.reset()
    return { message: `"${user}" need not wait to log in.`, data: { unlocked: true } }
  },
}

const accountOf = (name: string) => name.normalize('NFKC').toLowerCase()

/** The failures in a row of an account, which a login resets; those of re-authentications count apart, so that nobody from outside keeps a user from one. */
function accountCounter(backend: SessionBackend, kind: Attempt['kind'], name: string) {
  return createCounter(backend, kind, accountOf(name), () => Date.now() + dayMs)
}

/** A counter of failures in the backend of the sessions, by its contract, so that all processes share it and every store has it; `endOf` says when it ends. */
function createCounter(
  backend: SessionBackend,
  kind: string,
  name: string,
  endOf: (failures: Failures) => number,
) {
  // No session id hashes to this, for it would have to hold a NUL.
  const id = createHash('sha256').update(`failures\0${kind}\0${name}`).digest('hex')

  function toStored(failures: Failures, rev: number): Stored {
    // `created: 0` makes it a session that ended long ago for whoever lists sessions.
    const data = JSON.stringify({ created: 0, fields: { failures } })
    return { id, owner: null, rev, expires: Math.max(endOf(failures), failures.until), data }
  }

  async function read(): Promise<(Failures & { rev: number }) | null> {
    const stored = await backend.read(id)
    return stored && { ...JSON.parse(stored.data).fields.failures, rev: stored.rev }
  }

  /** Returns false when another process was faster, which some backends refuse. */
  async function insert(stored: Stored): Promise<boolean> {
    try {
      await backend.insert(stored)
      return true
    } catch (error) {
      if (await read()) return false
      throw error
    }
  }

  return {
    read,
    reset: () => backend.remove(id),

    /** Counts one failure more; `waitMs` says how long the next try waits after so many. */
    async add(waitMs: (count: number) => number): Promise<void> {
      for (let left = writeTries; left > 0; left--) {
        const known = await read()
        const count = (known?.count ?? 0) + 1
        const now = Date.now()
        const wait = waitMs(count)
        // Zero, or a process whose clock is behind would let the next try wait.
        const until = wait > 0 ? now + wait : 0
        const failures = { count, since: known?.since ?? now, until }
        const next = toStored(failures, (known?.rev ?? 0) + 1)
        if (known && (await backend.replace(next, known.rev)) === 'done') return
        if (!known && (await insert(next))) return
      }
      throw httpError(503, 'login_busy', 'Other processes kept counting failures')
    },
  }
}

/** Makes a function that runs the works of one key one after the other. */
function createMutex() {
  const queues = new Map<string, LimitFunction>()

  return async <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const queue = queues.get(key) ?? limitConcurrency(1)
    queues.set(key, queue)
    try {
      return await queue(work)
    } finally {
      if (queue.activeCount + queue.pendingCount === 0) queues.delete(key)
    }
  }
}

const groups = 8

/** The address that failures are counted for, without the port that some proxies add: of IPv6, the network of 64 bits, which one customer has whole. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^\[(.*)\](?::\d+)?$/, '$1')
  const [host = ''] = plain.split(':')
  if (isIPv4(host) || !URL.canParse(`http://[${plain}]`)) return host
  // Node writes each address in one way, however it came.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const start = head.split(':').filter(Boolean)
  const end = tail?.split(':').filter(Boolean) ?? []
  const all = [...start, ...Array(groups - start.length - end.length).fill('0'), ...end]
  if (/^(0:){5}ffff:/.test(all.join(':'))) return toIPv4(all.slice(-2))
  return all.slice(0, 4).join(':')
}

function toIPv4(pair: string[]): string {
  const numbers = pair.map((group) => Number.parseInt(group, 16))
  return numbers.flatMap((number) => [number >> 8, number & 255]).join('.')
}
