import { createHash } from 'node:crypto'
import { describe } from 'node:test'
import { SessionStore } from '../../../../src/session/engine/session-store.ts'
import type { SessionBackend } from '../../../../src/session/index.ts'
import { makeRecord } from '../record.ts'
import { describeStoreCases } from '../store-cases/all.ts'
import type { OpenedSubject, SubjectOptions } from '../store-cases/store-subject.ts'
import type { Suite } from '../suite.ts'

const dayMs = 86_400_000
const hash = (id: string) => createHash('sha256').update(id).digest('hex')

/** The Store that this app gives to express-session, over a backend. */
export function openSessionStore(
  backend: SessionBackend,
  { ageMs }: Pick<SubjectOptions, 'ageMs'>,
): OpenedSubject {
  const store = new SessionStore(backend, {
    idleMs: ageMs ?? 60_000,
    absoluteMs: 500 * dayMs,
    permanent: ageMs !== null,
    cookie: { path: '/', httpOnly: true },
    format: 'json',
    maxBytes: 350_000,
    maxPerUser: 1000,
    timeoutMs: 3000,
    audit: () => {},
  })
  return {
    store,
    look: async (id) => (await backend.read(hash(id)))?.expires ?? null,
    damage: (id) => backend.insert(makeRecord({ id: hash(id), data: '{"created":' })),
  }
}

export function describeStore(suite: () => Suite) {
  describe('the store', () =>
    describeStoreCases(() => ({
      lacks: (test, need) => need === 'sharing' && suite().lacks(test, need),
      async open(test, { ageMs, name }) {
        if (!name) return openSessionStore(suite().backend, { ageMs })
        const backend = await suite().open(test, { SESSION_KEY_PREFIX: name })
        await backend.prepare()
        return openSessionStore(backend, { ageMs })
      },
    })))
}
