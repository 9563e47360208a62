import type { Lacks } from './site.ts'

/** What this store cannot do, each with the reason. */
export const lacks: Lacks = {
  sharing:
    'until you put another store in, sessions are in memory: they end with the process, and no other one sees them',
  atomic:
    "with several processes, a request under way in one may undo a logout or a change in another, and of logins at the same moment one may be missing from its user's list; within one process nothing is lost",
  server: 'there is no server that could be away',
}

/** The memory of express-session needs no server; for a Store that does, set SESSION_STORE_URL or start one here. */
export async function startBackend() {
  return { url: 'custom:', stop: async () => {} }
}
