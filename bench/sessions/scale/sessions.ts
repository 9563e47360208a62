import { createHash } from 'node:crypto'
import type { SessionData, Store } from 'express-session'
import pLimit from 'p-limit'
import type { SessionBackend, Stored } from '../../../template/app/src/session/backend/contract.ts'
import { fillerOf } from '../peers/peer.ts'

/** Sessions per user. */
export const perUser = 3

/** The key of the session with a number. */
export const idOf = (number: number) => createHash('sha256').update(`scale-${number}`).digest('hex')

/** The user of the session with a number. */
export const ownerOf = (number: number) => `user-${Math.floor(number / perUser)}`

const fieldsOf = (number: number) => ({ user: ownerOf(number), count: 0, items: fillerOf(200) })
const lifeMs = 12 * 3_600_000

/** The session with a number, as a backend is given it. */
export const storedOf = (number: number): Stored => ({
  id: idOf(number),
  owner: ownerOf(number),
  rev: 1,
  expires: Date.now() + lifeMs,
  data: JSON.stringify({ created: Date.now(), fields: fieldsOf(number) }),
})

/** What measuring a full store needs besides the contract. */
export interface FilledStore {
  /** Stores the sessions from one number to another, the latter not included. */
  fill(from: number, to: number): Promise<void>
  /** Lets all expire but the first ones of so many; undefined where the backend removes such by itself. */
  expireAllBut?(first: number, all: number): Promise<void>
  /** What all sessions take, with their indexes. */
  bytes(): Promise<number>
  /** What a session takes that the plain package has stored, with its indexes. */
  plainBytes(): Promise<number>
  close(): Promise<void> | void
}

/** Looks into the backend at an address, beside `backend`; `app` is the folder of an emitted app. */
export type OpenFilled = (
  url: string,
  backend: SessionBackend,
  app: string,
) => Promise<FilledStore> | FilledStore

/** Calls `work` with each number, a few hundred at a time. */
export async function eachNumber(
  from: number,
  to: number,
  work: (number: number) => Promise<unknown>,
): Promise<void> {
  const limit = pLimit(200)
  // In portions, for a million waiting promises would be heavier than the work.
  for (let start = from; start < to; start += 5000) {
    const numbers = Array.from({ length: Math.min(5000, to - start) }, (_, index) => start + index)
    await limit.map(numbers, work)
  }
}

/** How many sessions `fillPlain` stores. */
export const plainCount = 3000

/** Stores sessions by the Store of a package, as express-session does. */
export async function fillPlain(store: Store): Promise<void> {
  const expires = new Date(Date.now() + lifeMs)
  const cookie = { originalMaxAge: lifeMs, expires, httpOnly: true, path: '/' }
  await eachNumber(0, plainCount, (number) => {
    const data = { cookie, ...fieldsOf(number) } as SessionData
    return new Promise<void>((resolve, reject) => {
      // As long as the ids of express-session.
      store.set(idOf(number).slice(0, 32), data, (error) => (error ? reject(error) : resolve()))
    })
  })
}
