import session, { type Store } from 'express-session'

/** The Store that keeps the sessions, and how to let go of its connections and timers. */
export interface CustomStore {
  store: Store
  close?(): unknown
}

/**
 * Makes the Store; `address` is what follows `custom:` in SESSION_STORE_URL. It must not wait for a
 * server, which may be away when the app starts.
 */
export function openStore(_address: string): CustomStore | Promise<CustomStore> {
  // Put your own Store here. With connect-pg-simple:
  //   const pool = new Pool({ connectionString: address, connectionTimeoutMillis: 1000 })
  //   const PgStore = connectPgSimple(session)
  //   return { store: new PgStore({ pool }), close: () => pool.end() }
  return { store: new session.MemoryStore() }
}
