import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { overProcess, type Server } from '../servers.ts'

/** What a proxy that ends https says. */
export const behindProxy = { 'x-forwarded-proto': 'https' }

/** Starts an emitted app as it runs in production, and resolves when it says where it listens. */
export async function startApp(
  name: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Server> {
  const usage = join(import.meta.dirname, '../usage.ts')
  const child = spawn(process.execPath, ['--import', usage, 'src/server.ts'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const output = child.stdout as Readable
  for await (const line of createInterface({ input: output })) {
    const port = /http:\/\/localhost:(\d+)/.exec(line)?.[1]
    if (!port) continue
    output.resume()
    return overProcess(name, `http://127.0.0.1:${port}`, child)
  }
  throw new Error(`The app ${name} has ended; what it printed is above`)
}

/** Logs a user in, and returns the cookies; throws the status when that fails. */
export async function login(
  { address }: Server,
  user: { username: string; password: string },
): Promise<string> {
  const origin = address.replace('http:', 'https:')
  const headers = { ...behindProxy, origin, 'sec-fetch-site': 'same-origin' }
  const cookiesOf = ({ headers }: Response) =>
    headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
  const page = await fetch(`${address}/login`, { headers })
  const [visitor = ''] = cookiesOf(page)
  const token = page.headers.get('X-CSRF-Token') ?? ''
  const answer = await fetch(`${address}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, cookie: visitor },
    body: new URLSearchParams({ ...user, _csrf: token }),
  })
  if (answer.status !== 303) throw new Error(`The login of the app is answered by ${answer.status}`)
  return cookiesOf(answer).join('; ')
}
