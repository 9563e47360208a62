import { endFrom, type Lifetimes } from './lifetime.ts'

const remembered = 10_000

/** Remembers of the sessions that this process has served when they end, to tell why one is gone: backends do not say. */
export function createEndings(lifetimes: Lifetimes) {
  const served = new Map<string, { created: number; end: number } | 'told'>()

  return {
    /** A session is used now. */
    note(id: string, created: number): void {
      if (served.size >= remembered) served.clear()
      served.set(id, { created, end: endFrom(Date.now(), created, lifetimes) })
    },

    /** It is told already why a session is gone. */
    settle(id: string): void {
      served.set(id, 'told')
    },

    /** Why a session that was served here is gone, once; null for one that was not. */
    explain(id: string): 'idle' | 'absolute' | 'revoked' | 'told' | null {
      const known = served.get(id)
      served.delete(id)
      if (!known || known === 'told') return known ?? null
      const now = Date.now()
      if (now >= known.created + lifetimes.absoluteMs) return 'absolute'
      return now >= known.end ? 'idle' : 'revoked'
    },
  }
}

export type Endings = ReturnType<typeof createEndings>
