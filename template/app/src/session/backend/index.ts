import type { OpenBackend, Stored } from './contract.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'memory:'

/** The addresses that are for this store. */
export const protocols = ['memory:']

/** The name of the store, for people. */
export const storeName = 'the memory of this app'

/** Keeps sessions in this process: they end with it, and no other process sees them. */
export const openBackend: OpenBackend = async () => {
  const sessions = new Map<string, Stored>()

  const live = (id: string) => {
    const stored = sessions.get(id)
    return stored && stored.expires > Date.now() ? stored : null
  }

  return {
    read: async (id) => live(id),
    insert: async (stored) => {
      sessions.set(stored.id, stored)
    },
    replace: async (stored, rev) => {
      const kept = live(stored.id)
      if (!kept) return 'gone'
      if (kept.rev !== rev) return 'changed'
      sessions.set(stored.id, stored)
      return 'done'
    },
    touch: async (id, expires) => {
      const kept = live(id)
      if (kept) sessions.set(id, { ...kept, expires })
      return kept !== null
    },
    remove: async (id) => {
      sessions.delete(id)
    },
    owned: async (owner) =>
      [...sessions.values()].filter((each) => each.owner === owner && live(each.id)),
    scan: async function* () {
      for (const id of sessions.keys()) {
        const kept = live(id)
        if (kept) yield kept
      }
    },
    sweep: async () => {
      const dead = [...sessions.keys()].filter((id) => !live(id))
      for (const id of dead) sessions.delete(id)
      return dead.length
    },
    prepare: async () => {},
    ping: async () => {},
    isPrivate: true,
    close: async () => sessions.clear(),
  }
}
