import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { openUsers } from '../auth/users.ts'

const usage = `npm run user -- add <name>      make a user
npm run user -- passwd <name>   change a password
npm run user -- remove <name>   remove a user
npm run user -- list            name all users

add and passwd read the password from the terminal, without showing it, or from
standard input; an empty one is replaced by a random one, which is shown once.`

async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split('\n')[0] ?? ''
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input: process.stdin, output: silence, terminal: true })
  prompt.on('SIGINT', () => process.exit(130))
  const ask = async (question: string) => {
    process.stdout.write(question)
    const answer = await prompt.question('')
    process.stdout.write('\n')
    return answer
  }
  const password = await ask('Password (15 characters or more; empty: a random one): ')
  const again = password && (await ask('Once more: '))
  prompt.close()
  if (password !== again) throw new Error('These are two different passwords; nothing changed')
  return password
}

async function run([command, name]: string[]) {
  const users = openUsers(process.env.USERS_FILE || 'data/users.json')
  const exists = name !== undefined && (await users.list()).includes(name)
  if (command === 'list') {
    for (const each of await users.list()) console.log(each)
  } else if (name === undefined || !['add', 'passwd', 'remove'].includes(String(command))) {
    throw new Error(usage)
  } else if (exists === (command === 'add')) {
    throw new Error(exists ? `"${name}" is there already` : `There is no user "${name}"`)
  } else if (command === 'remove') {
    await users.remove(name)
    console.log(`Removed "${name}".`)
  } else {
    const given = await readPassword()
    const password = given || randomBytes(18).toString('base64url')
    await users.setPassword(name, password)
    console.log(given ? `Saved "${name}".` : `Saved "${name}" with the password ${password}`)
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
