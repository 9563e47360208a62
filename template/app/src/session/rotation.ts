import { promisify } from 'node:util'
import type { Request } from 'express'
import { arrivalOf } from './arrival.ts'
import { beginChain, nextId, standingOf } from './id-chain.ts'
import type { Problem } from './problem.ts'
import type { SteadyStore } from './steady-store.ts'
import type { Tell } from './tell.ts'

const isEnded = (error: unknown) => (error as Problem).status === 401

/**
 * Makes a function that finds what is to be done about the id of a request's session, before anything
 * else (OWASP session cheat sheet, renewal timeout): one older than `rotateMs` is offered the next id
 * with the answer, whose first use makes it the one in use; one that was over before the request came
 * ends the session. 0 ms: no id is offered.
 */
export function createRotation(store: SteadyStore, rotateMs: number, tell: Tell) {
  const remove = promisify(store.destroy).bind(store)

  /** Does what the next request can do as well, should it fail. */
  async function attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (isEnded(error)) throw error
      tell('session_rotation_failed', { err: error })
    }
  }

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

  /** Lets the answer bring the next id; that of a session which began without a chain has to be stored first. */
  async function offer(req: Request, created: number): Promise<void> {
    const known = store.stateOf(req.session)?.ids
    const ids = known ?? (await store.changeIds(req, (newest) => newest ?? beginChain(created)))
    if (ids && standingOf(req.sessionID, ids, Date.now()) === 'present') {
      store.rename(req, nextId(req.sessionID, ids))
    }
  }

  /** Ends a session whose id somebody has copied, and lets the request go on without one. */
  async function endForAll(req: Request): Promise<void> {
    const { session, sessionID } = req
    try {
      await store.take(sessionID, session)
      tell('session_replay', { user: session.user })
      await remove(sessionID)
    } catch (error) {
      if (!isEnded(error)) throw error
    }
    req.sessionStore.generate(req)
  }

  return function findStep(req: Request): (() => Promise<void>) | null {
    const state = store.stateOf(req.session)
    if (!state) return null
    const { ids, created } = state
    const standing = standingOf(req.sessionID, ids, arrivalOf(req))
    if (standing === 'next') return () => attempt(() => confirm(req))
    if (standing === 'over') return () => endForAll(req)
    const isDue =
      rotateMs > 0 && standing === 'present' && Date.now() >= (ids?.since ?? created) + rotateMs
    return isDue ? () => attempt(() => offer(req, created)) : null
  }
}
