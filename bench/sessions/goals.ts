/** How much CPU time of the other server's a request of ours may take at most. */
export interface Goal {
  store: string
  load: string
  /** The other server, where it is not the one that is wired by hand. */
  beside?: string
  atMost: number
}

const ofLoads = (store: string, limits: Record<string, number>): Goal[] =>
  Object.entries(limits).map(([load, atMost]) => ({ store, load, atMost }))

/** All goals. */
export const goals: Goal[] = [
  { store: 'redis', load: 'page', beside: 'bare-express', atMost: 1.05 },
  ...ofLoads('redis', { read: 0.8, write: 0.9 }),
  ...ofLoads('sqlite', { read: 0.65, write: 0.65 }),
  ...ofLoads('postgres', { read: 0.65, write: 0.65 }),
  ...['mongodb', 'memcached', 'file', 'dynamodb'].flatMap((store) =>
    ofLoads(store, { read: 0.95 }),
  ),
]
