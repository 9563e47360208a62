import { createInterface } from 'node:readline'
import { readConfig } from '../config.ts'
import type { SessionBackend, Stored } from '../session/backend.ts'
import { openConfigured } from '../session/open.ts'

const usage = `npm run sessions -- init              make the table or index that the store needs
npm run sessions -- list              every live session: its user, and when it ends
npm run sessions -- sweep             remove what has expired
npm run sessions -- revoke <user>     end all sessions of a user
npm run sessions -- export > file     every live session, one JSON object a line
npm run sessions -- import < file     store what export wrote, of this or another store`

type Command = (backend: SessionBackend, name: string | undefined) => Promise<string>

const commands: Record<string, Command> = {
  async init(backend) {
    await backend.prepare()
    await backend.ping()
    return 'The store is ready.'
  },

  async list(backend) {
    let count = 0
    for await (const { owner, expires } of backend.scan()) {
      console.log(`${new Date(expires).toISOString()}  ${owner ?? '-'}`)
      count++
    }
    return `${count} live sessions.`
  },

  sweep: async (backend) => `Removed ${await backend.sweep()} expired sessions.`,

  async revoke(backend, user) {
    if (user === undefined) throw new Error(usage)
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
    for await (const line of createInterface({ input: process.stdin })) {
      const stored = readStored(line)
      if (stored.expires <= Date.now() || (await backend.read(stored.id))) continue
      await backend.insert(stored)
      count++
    }
    return `Imported ${count} sessions.`
  },
}

function readStored(line: string): Stored {
  const { id, owner, rev, expires, data } = JSON.parse(line)
  const isStored =
    /^[0-9a-f]{64}$/.test(id) &&
    (owner === null || typeof owner === 'string') &&
    Number.isSafeInteger(rev) &&
    Number.isSafeInteger(expires) &&
    typeof data === 'string'
  if (!isStored)
    throw new Error('This line is none that export wrote; what came before is imported')
  return { id, owner, rev, expires, data }
}

async function run([name = '', argument]: string[]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Error(usage)
  let heard = ''
  const backend = await openConfigured(readConfig(process.env), (error) => {
    heard = explain(error)
  })
  try {
    console.error(await command(backend, argument))
  } catch (error) {
    throw heard ? new Error(heard, { cause: error }) : error
  } finally {
    await backend.close()
  }
}

/** Node's error about several addresses of one name, as `localhost` may be, has no message. */
function explain(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || code || String(error)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
