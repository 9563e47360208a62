import type { SessionBackend } from './backend.ts'
import { endFrom, isExtensionDue, type Lifetimes } from './lifetime.ts'

const remembered = 10_000

/** Makes a function that moves the end of a session that is used, once per tenth of the idle time among all requests of this process; throws when the backend cannot. */
export function createExtension(backend: Pick<SessionBackend, 'extend'>, lifetimes: Lifetimes) {
  const moves = new Map<string, { expires: number; done: Promise<boolean> }>()

  return async function extend(id: string, created: number, knownEnd: number): Promise<void> {
    const now = Date.now()
    const last = moves.get(id)
    const end = Math.max(knownEnd, last?.expires ?? 0)
    if (!isExtensionDue(now, created, end, lifetimes)) {
      await last?.done
      return
    }
    // What is forgotten costs one more call, and what is kept must not grow for ever.
    if (moves.size >= remembered) moves.clear()
    const expires = endFrom(now, created, lifetimes)
    const done = backend.extend(id, expires)
    moves.set(id, { expires, done })
    try {
      await done
    } catch (error) {
      moves.delete(id)
      throw error
    }
  }
}
