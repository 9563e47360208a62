import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** An emitted app that runs, and the password of all its users. */
export interface SoakServer {
  origin: string
  password: string
  stop(): Promise<void>
}

/** Runs an emitted app with some users in place of its own, who may have as many sessions as they like. */
export async function startServer(
  folder: string,
  url: string,
  users: string[],
): Promise<SoakServer> {
  const password = randomBytes(12).toString('hex')
  const { hashPassword } = await import(join(folder, 'src/users/password-hash.ts'))
  const hash = await hashPassword(password)
  // Where the store is a database, the app takes them over from there.
  const records = Object.fromEntries(users.map((name) => [name, { hash }]))
  writeFileSync(join(folder, 'data/users.json'), JSON.stringify(records), { mode: 0o600 })
  const child = spawn(process.execPath, [join(folder, 'src/server.ts')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      PORT: '0',
      SESSION_STORE_URL: url,
      SESSION_SECRETS: randomBytes(32).toString('base64url'),
      SESSION_MAX_PER_USER: '1000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const origin = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const address = /http:\/\/localhost:\d+/.exec(line)?.[0]
      if (address) resolve(address)
      if (/uncaught|"level":"fatal"/.test(line)) console.error(line)
    })
    child.once('exit', (code) => reject(new Error(`The app ended with ${code}`)))
  })
  return {
    origin,
    password,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
