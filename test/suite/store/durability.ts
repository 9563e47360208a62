import * as testBackend from '../../backend.ts'
import type { StartServer } from '../faults/server-process.ts'

/** Starts a server that has all that it acknowledged when it is killed and started again; or why there is none. */
export const startDurable: StartServer | string = testBackend.startBackend

/** Starts a server that is empty when it is started again; or why there is none. */
export const startVolatile: StartServer | string = 'its server keeps what it acknowledged'
