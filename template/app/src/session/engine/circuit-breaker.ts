import { AsyncLocalStorage } from 'node:async_hooks'
import type { SessionBackend } from '../backend/contract.ts'
import { type AuditLog, httpError } from './errors.ts'

const failuresToOpen = 5
const probeEveryMs = 1000

/** Counts the failures of calls that fail together, and tells when to refuse them. */
function createCircuit(audit: AuditLog, of: 'reads' | 'writes') {
  let failures = 0
  let nextProbe = 0

  return {
    /** Whether to refuse a call; asking is taking the probe. */
    isOpen(): boolean {
      if (failures < failuresToOpen) return false
      if (Date.now() < nextProbe) return true
      nextProbe = Date.now() + probeEveryMs
      return false
    },
    succeed() {
      if (failures >= failuresToOpen) audit('breaker_closed', { of })
      failures = 0
    },
    fail() {
      failures++
      if (failures !== failuresToOpen) return
      nextProbe = Date.now() + probeEveryMs
      audit('breaker_open', { of })
    },
  }
}

type Circuit = ReturnType<typeof createCircuit>

const unavailable = (cause: unknown) =>
  httpError(503, 'session_store_unavailable', 'The session store did not answer', cause)

/** How long a request may still wait for the backend, in ms; what it does besides does not count. */
interface Deadline {
  leftMs: number
  /** How many waits are under way, and since when. */
  waits: number
  since: number
}

const deadlines = new AsyncLocalStorage<Deadline | undefined>()
const waitedTooLong = 'the request has waited as long as it may'

/** Lets everything that `work` leads to wait for the backend for `ms` in all, however many calls it makes. */
export function withDeadline<Result>(ms: number, work: () => Result): Result {
  return deadlines.run({ leftMs: ms, waits: 0, since: 0 }, work)
}

/** Runs what goes on after its request. */
export function withoutDeadline<Result>(work: () => Result): Result {
  return deadlines.run(undefined, work)
}

/** How long the request that is under way may still wait, in ms; without an end outside of one. */
export function remainingMs(): number {
  const deadline = deadlines.getStore()
  if (!deadline) return Number.POSITIVE_INFINITY
  const spentMs = deadline.waits > 0 ? performance.now() - deadline.since : 0
  return deadline.leftMs - spentMs
}

/** Waits for work until the deadline of the request, and is a 503 then. */
export function withinDeadline<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (!deadlines.getStore()) return work()
  return limit(work, Number.POSITIVE_INFINITY).catch((cause: unknown) => {
    throw cause === waitedTooLong ? unavailable(cause) : cause
  })
}

/** Waits for work for `ms`, or as long as its request still may. */
function limit<Answer>(work: () => Promise<Answer>, ms: number): Promise<Answer> {
  const deadline = deadlines.getStore()
  const limitMs = Math.min(ms, remainingMs())
  if (limitMs <= 0) return Promise.reject(waitedTooLong)
  if (deadline && deadline.waits++ === 0) deadline.since = performance.now()
  return new Promise((resolve, reject) => {
    let isOver = false
    const finish =
      <Outcome>(settle: (outcome: Outcome) => void) =>
      (outcome: Outcome) => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        if (deadline && --deadline.waits === 0)
          deadline.leftMs -= performance.now() - deadline.since
        settle(outcome)
      }
    const timer = setTimeout(
      finish(() => reject(limitMs < ms ? waitedTooLong : new Error(`No answer within ${ms} ms`))),
      limitMs,
    )
    work().then(finish(resolve), finish(reject))
  })
}

/** The same backend, except that a call that fails or takes longer than `ms` is a 503; after five failures in a row of its reads, or of its writes, these are refused at once, but for one a second that finds out whether the backend is back. What the backend refuses for what it was asked is no sign that it is away. */
export function withCircuitBreaker(
  backend: SessionBackend,
  ms: number,
  audit: AuditLog = () => {},
): SessionBackend {
  const { isRefusal = () => false } = backend
  const reads = createCircuit(audit, 'reads')
  const writes = createCircuit(audit, 'writes')

  const guard =
    <Args extends unknown[], Answer>(
      call: (...args: Args) => Promise<Answer>,
      circuit: Circuit,
      isProbe = false,
    ) =>
    async (...args: Args): Promise<Answer> => {
      if (!isProbe && circuit.isOpen()) throw unavailable('it has failed five times in a row')
      try {
        const answer = await limit(() => call(...args), ms)
        circuit.succeed()
        return answer
      } catch (cause) {
        if (isRefusal(cause)) circuit.succeed()
        else if (cause !== waitedTooLong) circuit.fail()
        throw unavailable(cause)
      }
    }

  return {
    ...backend,
    read: guard(backend.read, reads),
    owned: guard(backend.owned, reads),
    insert: guard(backend.insert, writes),
    replace: guard(backend.replace, writes),
    touch: guard(backend.touch, writes),
    remove: guard(backend.remove, writes),
    ping: guard(backend.ping, writes, true),
  }
}
