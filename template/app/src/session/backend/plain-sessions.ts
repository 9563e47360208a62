import type { PlainReader } from './contract.ts'

/** In this store no package for express-session keeps sessions that could be adopted. */
export const plainSessions: PlainReader = {
  protocols: [],
  async *read() {},
}
