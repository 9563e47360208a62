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

/** The same backend, except that a call that fails or takes longer than `ms` is a 503; after five failures in a row of its reads, or of its writes, these are refused at once, but for one a second that finds out whether the backend is back. What the backend refuses for what it was asked is no sign that it is away. */
export function withCircuitBreaker(
  backend: SessionBackend,
  ms: number,
  audit: AuditLog = () => {},
): SessionBackend {
  const { isRefusal = () => false } = backend
  const reads = createCircuit(audit, 'reads')
  const writes = createCircuit(audit, 'writes')

  // It is on the way of every call: one promise and one timer, which Node keeps in one list with all others of `ms`.
  const guard =
    <Args extends unknown[], Answer>(
      call: (...args: Args) => Promise<Answer>,
      circuit: Circuit,
      isProbe = false,
    ) =>
    (...args: Args): Promise<Answer> =>
      new Promise((resolve, reject) => {
        if (!isProbe && circuit.isOpen()) {
          return reject(unavailable('it has failed five times in a row'))
        }
        let isLate = false
        const timer = setTimeout(() => {
          isLate = true
          circuit.fail()
          reject(unavailable(new Error(`No answer within ${ms} ms`)))
        }, ms)
        call(...args).then(
          (answer) => {
            if (isLate) return
            clearTimeout(timer)
            circuit.succeed()
            resolve(answer)
          },
          (cause: unknown) => {
            if (isLate) return
            clearTimeout(timer)
            if (isRefusal(cause)) circuit.succeed()
            else circuit.fail()
            reject(unavailable(cause))
          },
        )
      })

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
