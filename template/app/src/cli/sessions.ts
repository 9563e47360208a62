import { readConfig } from '../config.ts'
import { reasonOf } from '../ops/reason.ts'
import type { SessionBackend } from '../session/backend.ts'
import { openConfigured } from '../session/open.ts'
import { describeStored, readStored, splitLines } from './session-lines.ts'

const usage = `npm run sessions -- init              make the table or index that the store needs
npm run sessions -- list              every live session: its user, and when it ends
npm run sessions -- sweep             remove what has expired
npm run sessions -- revoke <user>     end all sessions of a user
npm run sessions -- export > file     every live session, one JSON object a line
npm run sessions -- import < file     store what export wrote, of this or another store`

type Command = (backend: SessionBackend, user: string) => Promise<string>

const commands: Record<string, Command> = {
  async init(backend) {
    await backend.prepare()
    await backend.ping()
    return 'The store is ready.'
  },

  async list(backend) {
    let count = 0
    for await (const stored of backend.scan()) {
      console.log(describeStored(stored))
      count++
    }
    return `${count} live sessions.`
  },

  sweep: async (backend) => `Removed ${await backend.sweep()} expired sessions.`,

  async revoke(backend, user) {
    const owned = await backend.owned(user)
    await Promise.all(owned.map(({ id }) => backend.remove(id)))
    return `Ended ${owned.length} sessions of "${user}".`
  },

  async export(backend) {
    let count = 0
    for await (const stored of backend.scan()) {
      console.log(JSON.stringify(stored))
      count++
    }
    return `Exported ${count} sessions.`
  },

  async import(backend) {
    let count = 0
    let number = 0
    try {
      for await (const line of splitLines(process.stdin.setEncoding('utf8'))) {
        number++
        if (line.trim() && (await store(backend, line))) count++
      }
    } catch (error) {
      console.error(`Line ${number} failed; of those before it, ${count} sessions are imported.`)
      throw error
    }
    return `Imported ${count} sessions.`
  },
}

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
  const isComplete = (name === 'revoke') === (user !== '') && surplus.length === 0
  if (!command || !isComplete) throw new Error(usage)
  let heard = ''
  const backend = await openConfigured(readConfig(process.env), (error) => {
    heard = reasonOf(error)
  })
  try {
    if (backend.isPrivate && name !== 'init') {
      throw new Error('Sessions are in the memory of the app, where no command can see them')
    }
    console.error(await command(backend, user))
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
