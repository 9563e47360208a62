import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from './backend.ts'
import type { Fields } from './codec.ts'
import type { Keeper } from './keeper.ts'
import type { Loaded } from './loading.ts'
import type { Problem } from './problem.ts'

// Another process may have taken the session a moment ago, and is about to store it.
const looksAgainAfterMs = [0, 20, 50, 100]

/** Loads sessions, and those too that the plain connect package has written: each is taken over at its first read, once, with a lifetime that begins then. */
export function createAdoption(
  backend: SessionBackend,
  { load, begin }: Pick<Keeper, 'load' | 'begin'>,
) {
  const running = new Map<string, Promise<void>>()
  // What is taken and could not be stored yet is nowhere else.
  const taken = new Map<string, Fields>()

  async function takeOver(id: string, sessionId: string) {
    const plain = taken.get(id) ?? (await backend.adopt?.(sessionId))
    if (!plain || hasEnded(plain)) return
    taken.set(id, plain)
    const { cookie: _cookie, ...fields } = plain
    try {
      await begin(id, fields)
    } catch (error) {
      // The user has as many sessions as there may be, and a visitor without one can log in.
      if ((error as Problem).code !== 'session_limit') throw error
    }
    taken.delete(id)
  }

  return {
    async find(id: string, sessionId: string): Promise<Loaded | null> {
      const loaded = await load(id)
      if (loaded) return loaded
      if (!running.has(id)) {
        const taking = takeOver(id, sessionId).finally(() => running.delete(id))
        running.set(id, taking)
      }
      await running.get(id)
      for (const ms of looksAgainAfterMs) {
        await pause(ms)
        const newest = await load(id)
        if (newest) return newest
      }
      return null
    },

    /** Ends what an instance of the old app has stored again meanwhile. */
    async drop(id: string, sessionId: string): Promise<void> {
      taken.delete(id)
      await backend.adopt?.(sessionId)
    },
  }
}

/** Some packages serve what has ended, and all leave that to the cookie. */
function hasEnded({ cookie }: Fields): boolean {
  const { expires } = (cookie ?? {}) as { expires?: string | Date | null }
  return expires != null && new Date(expires).getTime() <= Date.now()
}
