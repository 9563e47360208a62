import session, { type Store } from 'express-session'
import { nameFromPrefix, type OpenBackend } from './contract.ts'
import { openStore } from './custom-store.ts'
import { overKeyValue } from './key-value.ts'
import { overConnectStore } from './over-connect-store.ts'

/** The store, as people call it. */
export const storeName = 'a custom store'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'custom:'

/** The addresses that are for this store. */
export const protocols = ['custom:']

// Packages cut off parts of a second, each in its own way; the end itself is checked at each read.
const spareMs = 2000

// A Memcached takes more than 30 days for a date in 1970, and a timer of more than 24 days is over at once.
const safeMs = 24 * 86_400_000

/** Packages that keep files answer the error of the file system for a session that is not there. */
function isMiss(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT' && error.syscall !== 'connect'
}

/** The ids in a Store; throws where it has no `all`, or one that does not tell them. */
function listIds(store: Store): Promise<string[]> {
  return new Promise((resolve, reject) => {
    if (!store.all) throw new Error('The store in custom-store.ts cannot list its sessions')
    store.all((error, sessions) => {
      const ids = Array.isArray(sessions)
        ? sessions.map((each) => String('id' in each ? each.id : ''))
        : Object.keys(sessions ?? {})
      if (error) reject(error)
      else if (ids.includes('')) reject(new Error('The store in custom-store.ts lists no ids'))
      else resolve(ids)
    })
  })
}

/** Keeps sessions in the Store that `custom-store.ts` makes; only its get, set, destroy and all are used. */
export const openBackend: OpenBackend = async (url, options) => {
  const { store, close } = await openStore(url.replace(/^custom:(\/\/)?/, ''))
  const plain = overConnectStore(store, spareMs)
  const space = `${nameFromPrefix(options.prefix)}-`

  async function read(id: string) {
    try {
      const stored = await plain.read(space + id)
      return stored && { ...stored, id }
    } catch (error) {
      if (isMiss(error as Error)) return null
      throw error
    }
  }

  const backend = overKeyValue(
    {
      read,
      insert: (stored) => plain.insert({ ...stored, id: space + stored.id }),
      remove: (id) => plain.remove(space + id),
      async *all() {
        for (const id of await listIds(store)) {
          const stored = id.startsWith(space) ? await read(id.slice(space.length)) : null
          if (stored) yield stored
        }
      },
    },
    { timeoutMs: options.timeoutMs, listMs: Math.max(options.absoluteMs, safeMs) },
  )

  return {
    ...backend,
    isPrivate: store instanceof session.MemoryStore,
    // The Store drops by itself what has expired.
    sweep: async () => 0,
    prepare: async () => {},
    ping: () => {
      const expires = Date.now() + 60_000
      return plain.insert({ id: `${space}ping`, owner: null, rev: 0, expires, data: '' })
    },
    close: async () => void (await close?.()),
  }
}
