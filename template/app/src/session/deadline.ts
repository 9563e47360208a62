import type { SessionBackend } from './backend.ts'
import { problem } from './problem.ts'

/** The same backend, except that a call that fails or takes longer than `ms` is a 503. */
export function withDeadline(backend: SessionBackend, ms: number): SessionBackend {
  const guard =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      let timer: NodeJS.Timeout | undefined
      const expiry = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
      })
      try {
        return await Promise.race([call(...args), expiry])
      } catch (cause) {
        throw problem(503, 'session_store_unavailable', 'The session store did not answer', cause)
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
    ping: guard(backend.ping),
  }
}
