import { Keyv } from 'keyv'
import { maxLifeSeconds } from '../settings.ts'
import type { OpenBackend, Stored } from './contract.ts'
import { overKeyValue } from './key-value.ts'
import { listAll, openAdapter } from './keyv-adapter.ts'

export { protocols } from './keyv-adapter.ts'

/** The store, as people call it. */
export const storeName = 'Keyv'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'redis://127.0.0.1:6379'

/** The session in a value; of any other value all is `data`, for the reader to report and remove. */
function parse(id: string, value: string): Stored {
  try {
    const { owner, rev, expires, data } = JSON.parse(value)
    return { id, owner, rev, expires, data }
  } catch {
    return { id, owner: null, rev: 0, expires: Number.MAX_SAFE_INTEGER, data: value }
  }
}

/** Keeps sessions in whatever Keyv has an adapter for; the address says which. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix, timeoutMs, onError } = options
  const { store, connect, close, keepsExpired, diagnose } = await openAdapter(url, options)
  const keyv = new Keyv({
    store,
    // Keyv and some adapters would each put a namespace before the key.
    namespace: '',
    useKeyPrefix: false,
    // Without it Keyv returns "there is no such key" when the adapter fails.
    throwOnErrors: true,
    // Its own envelope is left out, since it fails on what it cannot parse.
    serialize: ({ value }) => String(value),
    deserialize: <Value>(text: string) => ({ value: text as Value }),
  })
  keyv.on('error', onError)
  await connect().catch(onError)

  const backend = overKeyValue(
    {
      async read(id) {
        const value = await keyv.get<string>(prefix + id)
        return value === undefined ? null : parse(id, value)
      },

      async insert({ id, ...record }) {
        // 0 and undefined are for ever in Keyv.
        const ttl = Math.max(1, record.expires - Date.now())
        const isStored = await keyv.set(prefix + id, JSON.stringify(record), ttl)
        if (!isStored) throw new Error('Keyv has not stored the session')
      },

      remove: async (id) => void (await keyv.delete(prefix + id)),

      async *all() {
        for await (const [key, value] of listAll(keyv, store)) {
          if (!key?.startsWith(prefix) || value === undefined) continue
          yield parse(key.slice(prefix.length), value)
        }
      },
    },
    { timeoutMs, listMs: maxLifeSeconds * 1000 },
  )

  return {
    ...backend,
    sweep: keepsExpired ? backend.sweep : async () => 0,
    prepare: async () => {},
    async ping() {
      if (!(await keyv.set(`${prefix}ping`, '', 60_000))) throw new Error('Keyv has not stored')
    },
    // What Redis says that takes no writes; other adapters each say it in a way of their own.
    isRefusal: (error) => /^(READONLY|OOM|NOPERM)\b/.test((error as Error).message),
    ...(diagnose && { diagnose }),
    close,
  }
}
