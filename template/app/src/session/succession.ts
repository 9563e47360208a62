import { promisify } from 'node:util'
import type { Request } from 'express'
import type { SessionData } from 'express-session'
import { storedId } from './id.ts'
import type { Origin } from './keeper.ts'
import type { SteadyStore } from './steady-store.ts'

/** Puts a new session in the place of the one that a request has; when that fails, the request has the old one, as it was. */
export function createSuccession(store: SteadyStore) {
  const remove = promisify(store.destroy).bind(store)

  async function open(req: Request, from: Origin, fields: object): Promise<void> {
    const { session, sessionID } = req
    req.sessionStore.generate(req)
    store.renew(req.session, from)
    Object.assign(req.session, fields)
    try {
      await promisify(req.session.save).call(req.session)
    } catch (error) {
      Object.assign(req, { session, sessionID })
      throw error
    }
  }

  return {
    /** Begins with `fields` alone. */
    async begin(req: Request, fields: Partial<SessionData>): Promise<void> {
      const { session, sessionID } = req
      await open(req, { leaving: storedId(sessionID) }, fields)
      try {
        await remove(sessionID)
      } catch (error) {
        await remove(req.sessionID).catch(() => {})
        Object.assign(req, { session, sessionID })
        throw error
      }
    },

    /** Goes on with the newest of what the old one held, which no request can use meanwhile. */
    async renew(req: Request, fields: Partial<SessionData>): Promise<void> {
      const { session, sessionID } = req
      const taken = await store.take(sessionID, session)
      try {
        await open(req, { before: taken.fields }, { ...taken.fields, ...fields })
      } catch (error) {
        await taken.putBack()
        throw error
      }
      await remove(sessionID).catch(() => {})
    },
  }
}
