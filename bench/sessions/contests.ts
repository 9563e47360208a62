/** What is measured on one backend. */
export interface Contest {
  /** The store of the template, whose tests start the backend. */
  store: string
  /** The package that a user would wire by hand instead, by its file in `peers/`. */
  plain: string
  /** What is shown beside the two. */
  others: string[]
}

/** All contests; ours runs in each. */
export const contests: Contest[] = [
  {
    store: 'redis',
    plain: 'connect-redis',
    others: ['bare-express', 'bare-redis', 'bare-session', 'fastify-session', 'flask-session'],
  },
  { store: 'sqlite', plain: 'sequelize-on-sqlite', others: [] },
  { store: 'postgres', plain: 'sequelize-on-postgres', others: [] },
  { store: 'mongodb', plain: 'connect-mongo', others: [] },
  { store: 'memcached', plain: 'connect-memcached', others: [] },
  { store: 'dynamodb', plain: 'dynamodb-store', others: [] },
  { store: 'file', plain: 'session-file-store', others: [] },
  { store: 'memory', plain: 'memory-store', others: [] },
]

/** The loads of servers that keep no sessions, by name. */
export const onlyFor: Record<string, string[]> = {
  'bare-express': ['page', 'read'],
  'bare-redis': ['read'],
  'bare-session': ['read'],
}
