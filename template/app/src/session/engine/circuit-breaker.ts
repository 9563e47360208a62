import type { SessionBackend } from '../backend/contract.ts'
import { type AuditLog, httpError } from './errors.ts'

const failuresToOpen = 5
const probeEveryMs = 1000

/** The same backend, except that a call that fails or takes longer than `ms` is a 503; after five failures in a row calls are refused at once, but for one a second that finds out whether the backend is back. */
export function withCircuitBreaker(
  backend: SessionBackend,
  ms: number,
  audit: AuditLog = () => {},
): SessionBackend {
  let failures = 0
  let nextProbe = 0

  /** Whether to refuse a call; asking is taking the probe. */
  function isOpen(): boolean {
    if (failures < failuresToOpen) return false
    if (Date.now() < nextProbe) return true
    nextProbe = Date.now() + probeEveryMs
    return false
  }

  function succeed() {
    if (failures >= failuresToOpen) audit('breaker_closed')
    failures = 0
  }

  function fail() {
    failures++
    if (failures !== failuresToOpen) return
    nextProbe = Date.now() + probeEveryMs
    audit('breaker_open')
  }

  const unavailable = (cause: unknown) =>
    httpError(503, 'session_store_unavailable', 'The session store did not answer', cause)

  const guard =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>, isProbe = false) =>
    async (...args: Args): Promise<Answer> => {
      if (!isProbe && isOpen()) throw unavailable('it has failed five times in a row')
      let timer: NodeJS.Timeout | undefined
      const expiry = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
      })
      try {
        const answer = await Promise.race([call(...args), expiry])
        succeed()
        return answer
      } catch (cause) {
        fail()
        throw unavailable(cause)
      } finally {
        clearTimeout(timer)
      }
    }

  return {
    ...backend,
    read: guard(backend.read),
    insert: guard(backend.insert),
    replace: guard(backend.replace),
    touch: guard(backend.touch),
    remove: guard(backend.remove),
    owned: guard(backend.owned),
    ping: guard(backend.ping, true),
  }
}
