import type { SessionBackend } from './backend.ts'
import { createBreaker } from './breaker.ts'
import { problem } from './problem.ts'
import type { Tell } from './tell.ts'

/** The same backend, except that a call that fails or takes longer than `ms` is a 503, and that calls are refused at once while it is away, which it tells. */
export function withDeadline(
  backend: SessionBackend,
  ms: number,
  tell: Tell = () => {},
): SessionBackend {
  const breaker = createBreaker(tell)
  const unavailable = (cause: unknown) =>
    problem(503, 'session_store_unavailable', 'The session store did not answer', cause)

  const guard =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>, isProbe = false) =>
    async (...args: Args): Promise<Answer> => {
      if (!isProbe && breaker.refuses()) throw unavailable('it has failed five times in a row')
      let timer: NodeJS.Timeout | undefined
      const expiry = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
      })
      try {
        const answer = await Promise.race([call(...args), expiry])
        breaker.succeed()
        return answer
      } catch (cause) {
        breaker.fail()
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
    extend: guard(backend.extend),
    remove: guard(backend.remove),
    owned: guard(backend.owned),
    ...(backend.adopt && { adopt: guard(backend.adopt) }),
    ping: guard(backend.ping, true),
  }
}
