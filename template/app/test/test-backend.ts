import type { Store } from 'express-session'

/** How the tests get at this store's backend. */
export interface TestBackend {
  /** Starts one with no sessions in it. */
  start(): Promise<{ url: string; stop(): Promise<void> }>
  /** What one operation looks like in the bytes that go to the server; the first group is its name. */
  operation?: RegExp
  /** How many operations a request takes that changes its session, reading included; two unless said. */
  changeTakes?: number
  /** Opens the plain connect package on the backend at an address, as an app without this code would. */
  openPlain?(url: string): Promise<{ store: Store; close(): Promise<void> }>
}
