import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { readConfig } from '../../../src/config.ts'
import { openConfigured, type SessionBackend, type Stored } from '../../../src/session/index.ts'
import { hashPassword } from '../../../src/users/password-hash.ts'
import type { UserRecords } from '../../../src/users/users-file.ts'
import * as testBackend from '../../backend.ts'

export const alice = { username: 'alice', password: randomBytes(12).toString('hex') }

/**
 * What a store may lack: sessions that other processes see and that outlive this one (`sharing`);
 * conditional writes in one step, across processes (`atomic`); a list of all sessions (`scan`); a
 * table or index made at the first use (`creation`); a server on a port (`server`).
 */
export type Ability = 'sharing' | 'atomic' | 'scan' | 'creation' | 'server'

/** What the store declares in test/backend.ts that it lacks, each with the reason. */
export const lacks: Partial<Record<Ability, string>> = testBackend.lacks

/** What the cases of a run share: a backend with a prefix of their own, and a user. */
export interface Suite {
  backend: SessionBackend
  env: NodeJS.ProcessEnv
  /** The backend at another address, for who closes it. */
  openAt(url: string): Promise<SessionBackend>
  /** Another opening of the same backend, until the test ends. */
  open(test: TestContext, env?: NodeJS.ProcessEnv): Promise<SessionBackend>
  /** The backend as another process has it; where none can share it, as this one has it. */
  peer(test: TestContext): Promise<SessionBackend>
  /** Whether the backend lacks what a test needs, which is then declared and not run. */
  lacks(test: TestContext, ability: Ability): boolean
  /** The session of Alice's that an act starts, as the backend keeps it. */
  started(act: () => Promise<unknown>): Promise<Stored>
  stop(): Promise<void>
}

/** Starts the backend, or takes the one at an address, of SESSION_STORE_URL unless told; with `own` a new one in any case, for a test that does harm to it. */
export async function startSuite({
  own = false,
  url = own ? undefined : process.env.SESSION_STORE_URL,
}: {
  own?: boolean
  url?: string | undefined
} = {}): Promise<Suite> {
  const server = url ? { url, stop: async () => {} } : await testBackend.startBackend()
  const folder = await mkdtemp(join(tmpdir(), 'users-'))
  const env = {
    NODE_ENV: 'test',
    PORT: '0',
    SESSION_STORE_URL: server.url,
    SESSION_SECRETS: randomBytes(32).toString('base64url'),
    SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:`,
    SESSION_MAX_PER_USER: '1000',
    // Cases that are about time say their own; the others may run on a busy machine.
    SESSION_STORE_TIMEOUT_MS: '30000',
    USERS_FILE: join(folder, 'users.json'),
  }
  // Without a session version, so that the sessions that a probe begins are hers without one, too.
  const users: UserRecords = { [alice.username]: { hash: await hashPassword(alice.password) } }
  await writeFile(env.USERS_FILE, JSON.stringify(users), { mode: 0o600 })
  const backend = await openConfigured(readConfig(env), () => {})
  await backend.prepare()
  const openWith = (changes: NodeJS.ProcessEnv) =>
    openConfigured(readConfig({ ...env, ...changes }), () => {})
  async function open(test: TestContext, changes: NodeJS.ProcessEnv = {}) {
    const other = await openWith(changes)
    test.after(other.close)
    return other
  }

  /** Leaves nothing on a server that others use. */
  async function removeAll() {
    for (const { id } of await backend.owned(alice.username)) await backend.remove(id)
    if (!lacks.scan) for await (const { id } of backend.scan()) await backend.remove(id)
  }

  return {
    backend,
    env,
    openAt: (url) => openWith({ SESSION_STORE_URL: url, SESSION_STORE_TIMEOUT_MS: '1000' }),
    open,
    peer: async (test) => (lacks.sharing || lacks.atomic ? backend : open(test)),
    lacks(test, ability) {
      const reason = lacks[ability]
      if (reason) test.skip(`declared: ${reason}`)
      return reason !== undefined
    },
    async started(act) {
      const before = new Set((await backend.owned(alice.username)).map(({ id }) => id))
      await act()
      const stored = (await backend.owned(alice.username)).find(({ id }) => !before.has(id))
      if (!stored) throw new Error('No session was started')
      return stored
    },
    stop: async () => {
      if (url) await removeAll()
      await backend.close()
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}
