import { promisify } from 'node:util'
import type { Request } from 'express'
import type { SessionData } from 'express-session'
import type { SteadyStore } from './steady-store.ts'

/** Puts a new session in the place of the one that a request has; when that fails, the old one is as it was. */
export function createSuccession(store: SteadyStore) {
  const remove = promisify(store.destroy).bind(store)

  function open(req: Request, before: object, fields: object): Promise<void> {
    req.sessionStore.generate(req)
    // One of the same user makes way for it, so there is not one more.
    store.renew(req.session, { ...before })
    Object.assign(req.session, fields)
    return promisify(req.session.save).call(req.session)
  }

  return {
    /** Begins with `fields` alone. */
    async begin(req: Request, fields: Partial<SessionData>): Promise<void> {
      const { session: old, sessionID: oldId } = req
      await open(req, old, fields)
      try {
        await remove(oldId)
      } catch (error) {
        await remove(req.sessionID).catch(() => {})
        throw error
      }
    },

    /** Goes on with the newest of what the old one held, which no request can use meanwhile. */
    async renew(req: Request, fields: Partial<SessionData>): Promise<void> {
      const { session: old, sessionID: oldId } = req
      const taken = await store.take(oldId, old)
      try {
        await open(req, taken.fields, { ...taken.fields, ...fields })
      } catch (error) {
        await taken.putBack()
        throw error
      }
      await remove(oldId).catch(() => {})
    },
  }
}
