import { unlock } from '../security/login-throttle.ts'
import { lastUsed } from '../session/index.ts'
import { adopt } from './adopt.ts'
import { type Command, runCommand, showProgress, wrongUse } from './command.ts'
import {
  inBatches,
  type LiveSession,
  liveSessions,
  openLater,
  type Store,
} from './live-sessions.ts'
import { rotateSecret } from './rotate-secret.ts'
import { describeEnded, exportSessions, importSessions } from './session-export.ts'

const commands: Record<string, Command<Store>> = {
  init: {
    about: 'make the tables or indexes that sessions and users need',
    async run(_said, open) {
      const { backend, users } = await open({ inMemory: true })
      await backend.prepare()
      await backend.ping()
      await users.count()
      return { message: 'The store is ready.', data: { ready: true } }
    },
  },

  list: {
    about: 'every live session: its handle, when it began, when it ends, and its user',
    usage: '[--user <name>]',
    options: { user: { type: 'string' } },
    async run({ text: { user }, flags }, open) {
      const store = await open()
      const sessions: object[] = []
      let count = 0
      let ended = 0
      for await (const each of liveSessions(store, { user, onEnded: () => ended++ })) {
        count++
        if (flags.has('json')) sessions.push(describe(each))
        else printRow(each, count === 1)
      }
      const seconds = store.settings.absoluteMs / 1000
      const times = ` Times are UTC. A session ends as said unless it is used before, and at the latest ${seconds} seconds after it began.`
      const message = `${count} live sessions.${count > 0 ? times : ''}${describeEnded(ended)}`
      return { message, data: { sessions, leftOut: ended } }
    },
  },

  count: {
    about: 'how many live sessions there are',
    usage: '[--user <name>]',
    options: { user: { type: 'string' } },
    async run({ text: { user } }, open) {
      let count = 0
      for await (const _each of liveSessions(await open(), { user })) {
        count++
        showProgress(`${count} sessions`)
      }
      return { message: `${count} live sessions.`, data: { count } }
    },
  },

  show: {
    about: 'one session: its times, its size and what it holds',
    takes: 'handle',
    usage: '[--user <name>]',
    options: { user: { type: 'string' } },
    async run({ word, text: { user }, flags }, open) {
      const store = await open()
      const found = await findByHandle(store, word, user)
      if (!found) return noSuchSession()
      const data = { ...describe(found), ...describeMore(found, store.settings) }
      if (!flags.has('json')) {
        for (const [name, value] of Object.entries(data)) {
          const shown = typeof value === 'string' ? value : JSON.stringify(value)
          console.log(`${name.padEnd(10)}${shown}`)
        }
      }
      const message = `Times are UTC. "ends" is when it ends unless it is used before, "latest" when it ends in any case; "used" is exact to a tenth of SESSION_IDLE_SECONDS.`
      return { message, data }
    },
  },

  revoke: {
    about: 'end the sessions of a user, one session, or those of all users',
    usage: '--user <name> | --handle <handle> [--user <name>] | --all',
    options: { user: { type: 'string' }, handle: { type: 'string' }, all: { type: 'boolean' } },
    async run({ text: { user, handle }, flags }, open) {
      if (flags.has('all') === Boolean(user || handle)) {
        throw wrongUse('Say whose sessions: --user, --handle or --all')
      }
      if (handle !== undefined) return revokeSession(await open(), handle, user)
      const store = await open({ inMemory: true })
      if (user) return revokeUser(store, user)
      const ended = await store.users.endSessions()
      const message = `All sessions of ${ended.length} users are over.`
      return { message, data: { users: ended.length } }
    },
  },

  sweep: {
    about: 'remove what has expired',
    async run(_said, open) {
      const { backend } = await open()
      // A store that removes by itself is not asked, and may be away.
      await backend.ping()
      const removed = await backend.sweep()
      return { message: `Removed ${removed} expired sessions.`, data: { removed } }
    },
  },

  unlock,
  export: exportSessions,
  import: importSessions,
  adopt,
  'rotate-secret': rotateSecret,
}

const lastDate = 8.64e15
const dateOf = (ms: number) =>
  Math.abs(ms) <= lastDate ? new Date(ms).toISOString() : 'unreadable'

function describe({ stored, handle, state }: LiveSession) {
  const began = state ? dateOf(state.created) : 'unreadable'
  return { handle, user: stored.owner, began, ends: dateOf(stored.expires) }
}

function describeMore({ stored, state }: LiveSession, settings: Store['settings']) {
  const bytes = Buffer.byteLength(stored.data)
  if (!state) return { bytes }
  const used = dateOf(lastUsed(stored.expires, state.created, settings))
  const latest = dateOf(state.created + settings.absoluteMs)
  return { used, latest, bytes, holds: state.fields }
}

function printRow(session: LiveSession, isFirst: boolean) {
  const row = (handle: string, began: string, ends: string, user: string) =>
    console.log(`${handle.padEnd(32)}  ${began.padEnd(24)}  ${ends.padEnd(24)}  ${user}`)
  if (isFirst) row('handle', 'began', 'ends unless used', 'user')
  const { handle, user, began, ends } = describe(session)
  row(handle, began, ends, user ?? '-')
}

// What was given may be a session id by mistake, and is not repeated.
const noSuchSession = () => ({
  message: 'There is no live session with this handle; "list" shows them',
  data: {},
  exitCode: 3,
})

async function findByHandle(store: Store, handle: string, user: string | undefined) {
  if (!/^[0-9a-f]{32}$/.test(handle)) {
    throw wrongUse('A handle is 32 hexadecimal digits, as "list" shows it')
  }
  for await (const each of liveSessions(store, { user })) if (each.handle === handle) return each
  return null
}

async function revokeSession(store: Store, handle: string, user: string | undefined) {
  const found = await findByHandle(store, handle, user)
  if (!found) return noSuchSession()
  await store.backend.remove(found.stored.id)
  return { message: 'Ended the session.', data: { ended: 1 } }
}

async function revokeUser({ backend, users }: Store, user: string) {
  // The session version ends those too that begin at this moment, or come back with an old copy of the store.
  const known = await users.endSessions(user)
  const owned = backend.isPrivate ? [] : await backend.owned(user)
  if (known.length + owned.length === 0) {
    return { message: `There is no user "${user}"`, data: { ended: 0 }, exitCode: 3 }
  }
  if (backend.isPrivate) return { message: `All sessions of "${user}" are over.`, data: {} }
  let ended = 0
  await inBatches(owned, async ({ id }) => {
    await backend.remove(id)
    ended++
    showProgress(`${ended} of ${owned.length} sessions`)
  })
  return { message: `Ended ${ended} sessions of "${user}".`, data: { ended } }
}

// Whoever reads has enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const store = openLater(process.env)
await runCommand('sessions', commands, process.argv.slice(2), store)
await store.close()
