import { readConfig } from '../config.ts'
import { unlock } from '../security/login-throttle.ts'
import { isCurrent } from '../security/require-user.ts'
import {
  decodeRecord,
  type Lifetimes,
  openConfigured,
  type SessionBackend,
  type SessionState,
  type Stored,
  safeMessage,
} from '../session/index.ts'
import { openUsers, type Users } from '../users/users.ts'

interface Context {
  backend: SessionBackend
  users: Users
  lifetimes: Lifetimes
}

interface Command {
  /** What the usage says of it. */
  about: string
  takesUser?: boolean
  /** Whether it also works where sessions are in the memory of the app, since it needs no list of them. */
  worksInMemory?: boolean
  /** Returns what to say when it is done. */
  run(context: Context, user: string): Promise<string>
}

const commands: Record<string, Command> = {
  init: {
    about: 'make the table or index that the store needs',
    worksInMemory: true,
    async run({ backend }) {
      await backend.prepare()
      await backend.ping()
      return 'The store is ready.'
    },
  },

  list: {
    about: 'every live session: its user, and when it ends',
    run: async (context) => {
      const { count, leftOut } = await print(context, describeStored)
      return `${count} live sessions.${leftOut}`
    },
  },

  sweep: {
    about: 'remove what has expired',
    run: async ({ backend }) => `Removed ${await backend.sweep()} expired sessions.`,
  },

  revoke: {
    about: 'end all sessions of a user',
    takesUser: true,
    worksInMemory: true,
    async run({ backend, users }, user) {
      // The session version ends those too that begin at this moment, or come back with an old copy of the store.
      const known = await users.endSessions(user)
      const owned = backend.isPrivate ? [] : await backend.owned(user)
      if (known.length + owned.length === 0) throw new Error(`There is no user "${user}"`)
      if (backend.isPrivate) return `All sessions of "${user}" are over.`
      await Promise.all(owned.map(({ id }) => backend.remove(id)))
      return `Ended ${owned.length} sessions of "${user}".`
    },
  },

  'revoke-all': {
    about: 'end all sessions of all users',
    worksInMemory: true,
    run: async ({ users }) =>
      `All sessions of ${(await users.endSessions()).length} users are over.`,
  },

  unlock,

  export: {
    about: 'every live session, one JSON object a line, to a file',
    run: async (context) => {
      const { count, leftOut } = await print(context, JSON.stringify)
      return `Exported ${count} sessions.${leftOut}`
    },
  },

  import: {
    about: 'store what export wrote, of this or another store',
    async run({ backend }) {
      let count = 0
      let number = 0
      try {
        for await (const line of splitLines(process.stdin.setEncoding('utf8'))) {
          number++
          if (!isBanner(line) && (await importLine(backend, line))) count++
        }
      } catch (error) {
        console.error(`Line ${number} failed; of those before it, ${count} sessions are imported.`)
        throw error
      }
      return `Imported ${count} sessions.`
    },
  },
}

const usage = Object.entries(commands)
  .map(([name, { about, takesUser }]) => {
    const call = `npm run sessions -- ${name}${takesUser ? ' <user>' : ''}`
    return `${call.padEnd(38)}${about}`
  })
  .join('\n')

const whyOver =
  ' whose user is gone, or has been logged out by a new password, a revoke or being disabled.'

/** Prints the live sessions; returns how many, and a sentence about those that it has left out. */
async function print({ backend, users, lifetimes }: Context, format: (stored: Stored) => string) {
  const known = new Map((await users.list()).map((user) => [user.name, user]))
  let count = 0
  let ended = 0
  for await (const stored of backend.scan()) {
    const state = decode(stored, lifetimes)
    if (state === null) continue
    const { owner } = stored
    if (owner !== null && state && !isCurrent(state.fields, known.get(owner) ?? null)) {
      ended++
      continue
    }
    count++
    console.log(format(stored))
  }
  return { count, leftOut: ended > 0 ? ` Left out ${ended}${whyOver}` : '' }
}

/** Null for what has ended, undefined for what cannot be read, which whoever looks at the list should see. */
function decode(stored: Stored, lifetimes: Lifetimes): SessionState | null | undefined {
  try {
    return decodeRecord(stored, lifetimes)
  } catch {
    return undefined
  }
}

const lastDate = 8.64e15

/** A session as list shows it: when it ends, and its user. */
function describeStored({ owner, expires }: Stored): string {
  const end = Math.abs(expires) <= lastDate ? new Date(expires).toISOString() : 'unreadable end'
  return `${end.padEnd(24)}  ${owner ?? '-'}`
}

/** The lines of a text that comes in pieces; Node's readline would also cut at U+2028, which JSON leaves as it is. */
async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest) yield rest
}

/** Whether a line is blank, or one that `npm run` puts in front of what a command prints. */
function isBanner(line: string): boolean {
  return /^([>$] .*|\s*)\r?$/.test(line)
}

/** Stores the session of a line, unless it has ended or is there already. */
async function importLine(backend: SessionBackend, line: string): Promise<boolean> {
  const stored = readStored(line)
  if (!stored) throw new Error('This is no session as export writes it; mend the line or drop it')
  if (stored.expires <= Date.now() || (await backend.read(stored.id))) return false
  await backend.insert(stored)
  return true
}

/** The session in a line that export wrote; null when the line is anything else. */
function readStored(line: string): Stored | null {
  try {
    const { id, owner, rev, expires, data } = JSON.parse(line)
    const isStored =
      typeof id === 'string' &&
      /^[0-9a-f]{64}$/.test(id) &&
      (owner === null || typeof owner === 'string') &&
      isWholeBelow(rev, 1e10) &&
      isWholeBelow(expires, lastDate) &&
      typeof data === 'string' &&
      Buffer.byteLength(data) <= 350_000
    return isStored ? { id, owner, rev, expires, data } : null
  } catch {
    return null
  }
}

function isWholeBelow(value: unknown, limit: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < limit
}

async function run([name = '', user = '', ...surplus]: string[]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const isComplete = (command?.takesUser ?? false) === (user !== '') && surplus.length === 0
  if (!command || !isComplete) throw new Error(usage)
  let reason = ''
  const config = readConfig(process.env)
  const users = openUsers(config.users.file, config.users)
  const backend = await openConfigured(config, (error) => {
    reason = safeMessage(error)
  })
  try {
    if (backend.isPrivate && !command.worksInMemory) {
      throw new Error('Sessions are in the memory of the app, where no command can see them')
    }
    console.error(await command.run({ backend, users, lifetimes: config.session }, user))
  } catch (error) {
    throw new Error(reason || safeMessage(error), { cause: error })
  } finally {
    await backend.close()
  }
}

// Whoever reads has enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
