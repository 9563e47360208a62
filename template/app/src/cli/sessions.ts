import { forgiveAccount } from '../auth/throttle.ts'
import { openUsers } from '../auth/users.ts'
import { readConfig } from '../config.ts'
import type { SessionBackend, Stored } from '../session/backend.ts'
import { openConfigured } from '../session/open.ts'
import { reasonOf } from '../session/reason.ts'
import { type LiveParts, scanLive } from './live-sessions.ts'
import { describeStored, isBanner, readStored, splitLines } from './session-lines.ts'

const usage = `npm run sessions -- init              make the table or index that the store needs
npm run sessions -- list              every live session: its user, and when it ends
npm run sessions -- sweep             remove what has expired
npm run sessions -- revoke <user>     end all sessions of a user
npm run sessions -- unlock <user>     forget the failed logins of a user
npm run sessions -- revoke-all        end all sessions of all users
npm run sessions -- export > file     every live session, one JSON object a line
npm run sessions -- import < file     store what export wrote, of this or another store`

type Command = (parts: LiveParts, user: string) => Promise<string>

// What follows needs no list of sessions, so it works where there is none.
const withUsersAlone = ['revoke', 'revoke-all']

const commands: Record<string, Command> = {
  async init({ backend }) {
    await backend.prepare()
    await backend.ping()
    return 'The store is ready.'
  },

  async list(parts) {
    const { count, leftOut } = await print(parts, describeStored)
    return `${count} live sessions.${leftOut}`
  },

  sweep: async ({ backend }) => `Removed ${await backend.sweep()} expired sessions.`,

  async revoke({ backend, users }, user) {
    // The epoch ends those too that begin at this moment, or come back with an old copy of the store.
    const known = await users.endSessions(user)
    const owned = backend.isPrivate ? [] : await backend.owned(user)
    if (known.length + owned.length === 0) throw new Error(`There is no user "${user}"`)
    if (backend.isPrivate) return `All sessions of "${user}" are over.`
    await Promise.all(owned.map(({ id }) => backend.remove(id)))
    return `Ended ${owned.length} sessions of "${user}".`
  },

  async unlock({ backend }, user) {
    await forgiveAccount(backend, user)
    return `"${user}" need not wait to log in.`
  },

  async 'revoke-all'({ users }) {
    return `All sessions of ${(await users.endSessions()).length} users are over.`
  },

  async export(parts) {
    const { count, leftOut } = await print(parts, JSON.stringify)
    return `Exported ${count} sessions.${leftOut}`
  },

  async import({ backend }) {
    let count = 0
    let number = 0
    try {
      for await (const line of splitLines(process.stdin.setEncoding('utf8'))) {
        number++
        if (!isBanner(line) && (await store(backend, line))) count++
      }
    } catch (error) {
      console.error(`Line ${number} failed; of those before it, ${count} sessions are imported.`)
      throw error
    }
    return `Imported ${count} sessions.`
  },
}

/** Prints the live sessions; answers how many, and what it has left out. */
async function print(parts: LiveParts, describe: (stored: Stored) => string) {
  const sessions = scanLive(parts)
  for (let count = 0; ; count++) {
    const { done, value } = await sessions.next()
    if (done) return { count, leftOut: value > 0 ? ` Left out ${value}${whyOver}` : '' }
    console.log(describe(value))
  }
}

const whyOver =
  ' whose user is gone, or has been logged out by a new password, a revoke or being disabled.'

/** Stores the session of a line, unless it has ended or is there already. */
async function store(backend: SessionBackend, line: string): Promise<boolean> {
  const stored = readStored(line)
  if (!stored) throw new Error('This is no session as export writes it; mend the line or drop it')
  if (stored.expires <= Date.now() || (await backend.read(stored.id))) return false
  await backend.insert(stored)
  return true
}

async function run([name = '', user = '', ...surplus]: string[]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const isComplete = ['revoke', 'unlock'].includes(name) === (user !== '') && surplus.length === 0
  if (!command || !isComplete) throw new Error(usage)
  let heard = ''
  const config = readConfig(process.env)
  const users = openUsers(config.usersFile)
  const backend = await openConfigured(config, (error) => {
    heard = reasonOf(error)
  })
  try {
    if (backend.isPrivate && name !== 'init' && !withUsersAlone.includes(name)) {
      throw new Error('Sessions are in the memory of the app, where no command can see them')
    }
    console.error(await command({ backend, users, lifetimes: config.session }, user))
  } catch (error) {
    throw new Error(heard || reasonOf(error), { cause: error })
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
