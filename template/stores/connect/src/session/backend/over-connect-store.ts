import type { SessionData, Store } from 'express-session'
import type { SessionBackend, Stored } from './contract.ts'

/** The record without its id: what a connect store keeps as the session. */
export type StoredRecord = Omit<Stored, 'id'>

/** The record as a connect store is given it: a session with a cookie that carries the lifetime. */
export type ConnectSession = StoredRecord & SessionData

/**
 * Plain reading, inserting and removing by any express-session Store, which is told to keep a record
 * for `spareMs` after its end. The rest of the contract has to happen in the backend itself, because
 * the Store interface has no conditional writes.
 */
export function overConnectStore(
  store: Store,
  spareMs = 0,
): Pick<SessionBackend, 'read' | 'insert' | 'remove'> {
  return {
    read: (id) =>
      new Promise((resolve, reject) => {
        store.get(id, (error, session) => {
          const kept = session as StoredRecord | null | undefined
          if (error) reject(error)
          else resolve(kept && kept.expires > Date.now() ? toStored(id, kept) : null)
        })
      }),

    insert: ({ id, ...record }) =>
      new Promise((resolve, reject) => {
        const expires = new Date(record.expires + spareMs)
        const maxAge = expires.getTime() - Date.now()
        // As in express-session's own cookies; each package goes by another of the three.
        const cookie = { originalMaxAge: maxAge, maxAge, expires }
        const session = { ...record, cookie } as ConnectSession
        store.set(id, session, (error) => (error ? reject(error) : resolve()))
      }),

    remove: (id) =>
      new Promise((resolve, reject) => {
        store.destroy(id, (error) => (error ? reject(error) : resolve()))
      }),
  }
}

/** A record that was read, with its id, and without what the store's package adds to it. */
export function toStored(id: string, { owner, rev, expires, data }: StoredRecord): Stored {
  return { id, owner, rev, expires, data }
}
