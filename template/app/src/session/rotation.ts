import type { Request } from 'express'
import { beginChain, nextId, standingOf } from './id-chain.ts'
import type { Problem } from './problem.ts'
import type { SteadyStore } from './steady-store.ts'
import type { Tell } from './tell.ts'

/**
 * Makes a function that gives the session of a request another id when its own is older than
 * `rotateMs`; 0: never (OWASP session cheat sheet, renewal timeout). The answer offers the new id,
 * its first use makes it the one in use, and the old one ends soon after. It never fails: what could
 * not be done is done by the next request.
 */
export function createRotation(store: SteadyStore, rotateMs: number, tell: Tell) {
  /** Makes the id of a request the one in use. */
  async function confirm(req: Request): Promise<void> {
    let isFirst = false
    await store.changeIds(req, (ids) => {
      const now = Date.now()
      isFirst = standingOf(req.sessionID, ids, now) === 'next'
      return isFirst && ids ? { ...ids, count: ids.count + 1, since: now } : ids
    })
    if (isFirst) tell('session_rotated')
  }

  async function offer(req: Request, created: number): Promise<void> {
    const ids = await store.changeIds(req, (newest) => newest ?? beginChain(created))
    if (ids) store.rename(req, nextId(req.sessionID, ids))
  }

  function findStep(req: Request): (() => Promise<void>) | null {
    const state = store.stateOf(req.session)
    if (!state) return null
    const now = Date.now()
    const standing = standingOf(req.sessionID, state.ids, now)
    if (standing === 'next') return () => confirm(req)
    const since = state.ids?.since ?? state.created
    const isDue = rotateMs > 0 && standing === 'present' && now >= since + rotateMs
    return isDue ? () => offer(req, state.created) : null
  }

  return async function rotate(req: Request): Promise<void> {
    try {
      await findStep(req)?.()
    } catch (error) {
      // A session that ended meanwhile is for the request to find out.
      if ((error as Problem).status !== 401) tell('session_rotation_failed', { err: error })
    }
  }
}
