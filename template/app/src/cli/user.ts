import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { readUserConfig } from '../config.ts'
import { createReader, readSessionConfig } from '../session/index.ts'
import { openConfiguredUsers, type Users } from '../users/users.ts'

const usage = `npm run user -- add <name>      make a user
npm run user -- passwd <name>   change a password, and end the user's sessions
npm run user -- disable <name>  end the user's sessions and let no new one begin
npm run user -- enable <name>   the opposite
npm run user -- delete <name>   remove a user, and end the sessions
npm run user -- list            name all users
npm run user -- export <file>   write all users to a new file, with the hashes of their passwords, for
                                USERS_FILE or for data/users.json before the switch to another store

add and passwd read the password from the terminal, without showing it, or from
standard input; an empty one is replaced by a random one, which is shown once and
has to be changed within three days.`

type Command = (users: Users, name: string) => Promise<string>

const commands: Record<string, Command> = {
  add: (users, name) => savePassword(users, name, 'new'),
  passwd: (users, name) => savePassword(users, name, 'known'),

  async disable(users, name) {
    if (!(await users.setDisabled(name, true))) throw absent(name)
    return `"${name}" is logged out everywhere and cannot log in.`
  },

  async enable(users, name) {
    if (!(await users.setDisabled(name, false))) throw absent(name)
    return `"${name}" can log in.`
  },

  async delete(users, name) {
    if (!(await users.remove(name))) throw absent(name)
    return `Removed "${name}".`
  },
}

const absent = (name: string) => new Error(`There is no user "${name}"`)

async function exportUsers(users: Users, file: string): Promise<string> {
  const records = await users.records()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  try {
    const text = `${JSON.stringify(records, null, 2)}\n`
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`${file} is there already; name another file, or remove it first`)
  }
  return `Wrote ${Object.keys(records).length} users to ${file}.`
}

async function savePassword(users: Users, name: string, expects: 'known' | 'new'): Promise<string> {
  // Nobody types a password for nothing; who comes or goes meanwhile is seen when it is saved.
  const isKnown = (await users.list()).some((each) => each.name === name)
  if (isKnown && expects === 'new') throw new Error(`"${name}" is there already`)
  if (!isKnown && expects === 'known') throw absent(name)
  const given = await readPassword()
  const password = given || randomBytes(18).toString('base64url')
  await users.setPassword(name, password, { isInitial: !given, expects })
  if (given) return `Saved "${name}".`
  return `Saved "${name}" with the password ${password}\nIt is good for three days, and the first thing after a login is to change it.`
}

async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/)[0] ?? ''
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input: process.stdin, output: silence, terminal: true })
  prompt.on('SIGINT', () => process.exit(130))
  const ask = async (question: string) => {
    process.stdout.write(question)
    const answer = await prompt.question('')
    process.stdout.write('\n')
    return answer
  }
  const password = await ask('Password (empty: a random one): ')
  const again = password && (await ask('Once more: '))
  prompt.close()
  if (password !== again) throw new Error('These are two different passwords; nothing changed')
  return password
}

function open(env: NodeJS.ProcessEnv): Users {
  const reader = createReader(env)
  const { session } = readSessionConfig(reader)
  const config = { session, users: readUserConfig(reader) }
  // Users need no secret of sessions.
  const problems = reader.problems.filter((each) => !each.startsWith('SESSION_SECRETS'))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return openConfiguredUsers(config, (_event, { count, from, to } = {}) => {
    console.error(`Users taken over from ${from} into ${to}: ${count}.`)
  })
}

async function run(users: Users, [name = '', user, ...surplus]: string[]) {
  if (name === 'list' && user === undefined) {
    for (const each of await users.list())
      console.log(each.name + (each.disabled ? ' (disabled)' : ''))
    return
  }
  if (name === 'export' && user !== undefined && surplus.length === 0) {
    console.log(await exportUsers(users, user))
    return
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command || user === undefined || surplus.length > 0) throw new Error(usage)
  console.log(await command(users, user))
}

let users: Users | undefined
try {
  users = open(process.env)
  await run(users, process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
await users?.close()
