/** What is measured on one backend. */
export interface Contest {
  /** The store of the template, whose tests start the backend. */
  store: string
  /** The package that a user would wire by hand instead, by its file in `peers/`. */
  plain: string
  /** Others that are shown beside the two. */
  others: string[]
}

/** All contests; ours runs in each. */
export const contests: Contest[] = [
  { store: 'redis', plain: 'connect-redis', others: [] },
  { store: 'sqlite', plain: 'sequelize-on-sqlite', others: [] },
]
