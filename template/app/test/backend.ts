import type { Lacks } from './site.ts'

/** What this store cannot do, each with the reason. */
export const lacks: Lacks = {
  sharing: 'sessions in memory end with their process, and no other one sees them',
  server: 'there is no server that could be away',
}

/** Memory needs no server. */
export async function startBackend() {
  return { url: 'memory:', stop: async () => {} }
}
