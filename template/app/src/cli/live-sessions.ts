import { type Config, readConfig } from '../config.ts'
import { isCurrent } from '../security/require-user.ts'
import {
  decodeRecord,
  handleOf,
  openConfigured,
  type SessionBackend,
  type SessionState,
  type Stored,
  safeMessage,
} from '../session/index.ts'
import {
  firstUsersFile,
  openConfiguredUsers,
  openUsers,
  type User,
  type Users,
} from '../users/users.ts'

/** What the commands work on. */
export interface Store {
  backend: SessionBackend
  users: Users
  settings: Config['session']
}

/** A session that has not ended; `state` is null where its record cannot be read, which whoever looks should see. */
export interface LiveSession {
  stored: Stored
  handle: string
  state: SessionState | null
}

/** Opens the store of the app when a command asks for it. */
export function openLater(env: NodeJS.ProcessEnv) {
  let opened: Store | undefined
  let reason = ''

  return {
    /** Throws where no command can see the sessions, unless it needs no list of them. */
    async open({ inMemory = false } = {}): Promise<Store> {
      try {
        const config = readConfig(env)
        const backend = await openConfigured(config, (error) => {
          reason = safeMessage(error)
        })
        const users = openConfiguredUsers(config, undefined, { takesOver: false })
        opened = { backend, users, settings: config.session }
      } catch (error) {
        // These are for people as they are, and have several lines.
        throw Object.assign(error as Error, { exitCode: 1 })
      }
      if (!opened.backend.isPrivate || inMemory) return opened
      throw new Error('Sessions are in the memory of the app, where no command can see them')
    },

    /** What went wrong, with what the connection said beside it. */
    explain(error: unknown): string {
      const text = safeMessage(error)
      return reason && !text.includes(reason) ? `${text} (${reason})` : text
    },

    async close() {
      await Promise.all([opened?.backend.close(), opened?.users.close()])
    },
  }
}

/** The users by name; throws where there are none because they cannot be read, or all would seem to be gone. */
export async function usersByName(users: Users): Promise<Map<string, User>> {
  const known = new Map((await users.list()).map((each) => [each.name, each]))
  if (known.size > 0) return known
  await users.find('')
  // Those of a file come into the table with the start of the app.
  const waiting = users.place === firstUsersFile ? [] : await openUsers(firstUsersFile).list()
  if (waiting.length === 0) return known
  throw new Error(
    `There is nobody in ${users.place} yet, and there are users in ${firstUsersFile}: run "npm run setup", or start the app, first`,
  )
}

/** The live sessions, of a user or of all; `onEnded` is called for each whose user has ended it. */
export async function* liveSessions(
  { backend, users, settings }: Store,
  { user, onEnded = () => {} }: { user?: string | undefined; onEnded?: () => void } = {},
): AsyncGenerator<LiveSession> {
  const known = await usersByName(users)
  const all = user === undefined ? backend.scan() : await backend.owned(user)
  for await (const stored of all) {
    const state = decode(stored, settings)
    if (state === undefined) continue
    const { owner } = stored
    if (owner !== null && state && !isCurrent(state.fields, known.get(owner) ?? null)) onEnded()
    else yield { stored, handle: handleOf(stored.id), state }
  }
}

/** Undefined for what has ended, null for what cannot be read. */
function decode(stored: Stored, settings: Store['settings']): SessionState | null | undefined {
  try {
    return decodeRecord(stored, settings) ?? undefined
  } catch {
    return null
  }
}

const atOnce = 50

/** Works on items as they come, so many at a time that no store is flooded; throws the first failure once all that was begun has ended. */
export async function inBatches<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const batch: Item[] = []
  async function workOff() {
    const ended = await Promise.allSettled(batch.splice(0).map(work))
    const failed = ended.find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  }
  try {
    for await (const item of items) {
      batch.push(item)
      if (batch.length >= atOnce) await workOff()
    }
  } finally {
    // What came before an item that cannot be read is worked on all the same.
    await workOff()
  }
}
