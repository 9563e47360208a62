import { randomBytes } from 'node:crypto'
import type { Stored } from '../../../src/session/index.ts'

/** A session as a backend is given it, with an id of its own, that ends in ten minutes. */
export function makeRecord(changes: Partial<Stored> = {}): Stored {
  return {
    id: randomBytes(32).toString('hex'),
    owner: null,
    rev: 1,
    expires: Date.now() + 600_000,
    data: '{"created":1,"fields":{}}',
    ...changes,
  }
}
