import * as testBackend from '../../backend.ts'
import type { StartServer } from '../faults/server-process.ts'

/** Memcached has no disk. */
export const startDurable: StartServer | string = 'Memcached is memory and nothing else'

/** Every Memcached is. */
export const startVolatile: StartServer | string = testBackend.startBackend
