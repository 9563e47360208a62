import type { TestContext } from 'node:test'
import { openRefusing } from './refusing.ts'

/** A policy that gives no right to write, as far as sessions see. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string = (
  url,
  test,
) => openRefusing(test, url, 'AccessDeniedException')

/** All it has was made by "npm run setup". */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'its table is made by "npm run setup", and the app needs no right to make it'

/** Each request may have one of its own. */
export const endConnections: ((url: string) => Promise<void>) | string =
  'it has no connections to end but those of requests'

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
