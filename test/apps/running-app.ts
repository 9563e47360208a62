import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { runCommand } from '../command.ts'

/** An app that its start script runs. */
export interface RunningApp {
  address: string
  /** Sends a signal to the package manager and the app, unless they have ended, and resolves when they have. */
  end(signal: NodeJS.Signals): Promise<void>
}

const isWindows = process.platform === 'win32'

/** Sends a signal to a process and all that it has started; Windows knows none, and ends them. */
function signalTree(pid: number, signal: NodeJS.Signals): void {
  if (isWindows) execFileSync('taskkill', ['/pid', `${pid}`, '/T', '/F'])
  else process.kill(-pid, signal)
}

/** Runs the start script in an app's folder, and waits until the app says where it listens. */
export async function startApp(
  cwd: string,
  env: NodeJS.ProcessEnv,
  packageManager = 'npm',
): Promise<RunningApp> {
  const child = spawn(packageManager, ['run', 'start'], {
    cwd,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which a signal reaches whole.
    detached: !isWindows,
    shell: isWindows,
  })
  const closed = once(child, 'close')
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    const address = /http:\/\/localhost:\d+/.exec(line)?.[0]
    if (!address) continue
    child.stdout.resume()
    return {
      address,
      async end(signal) {
        if (child.exitCode === null && child.signalCode === null) {
          signalTree(Number(child.pid), signal)
        }
        await closed
      },
    }
  }
  throw new Error(`The app did not start: ${said.join('\n')}`)
}

/** The addresses that an app in development says, each on a line of its own: one at every start. */
export async function* readAddresses(output: Readable): AsyncGenerator<string, never> {
  const lines: string[] = []
  for await (const line of createInterface({ input: output })) {
    lines.push(line)
    const address = /^\s*(http:\/\/localhost:\d+)$/.exec(line)?.[1]
    if (address) yield address
  }
  throw new Error(`The app has ended: ${lines.join('\n')}`)
}

/** Adds a user to an app in a folder by its command, with a password of the user's own. */
export async function addUser(
  { folder }: { folder: string },
  { username, password }: { username: string; password: string },
): Promise<void> {
  const command = 'printf %s "$1" | npm run user -- add "$0"'
  const { code, out, err } = await runCommand('sh', ['-c', command, username, password], {
    cwd: folder,
  })
  assert.equal(code, 0, out + err)
}

/** A visitor of a running app, with the cookie of its last login. */
export function openVisitor() {
  let cookie = ''
  type Place = Pick<RunningApp, 'address'>

  const request = (app: Place, path: string, options: RequestInit = {}) => {
    const own = { cookie, origin: app.address, 'sec-fetch-site': 'same-origin' }
    const headers = { ...own, ...options.headers }
    return fetch(app.address + path, { redirect: 'manual', ...options, headers })
  }
  const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''

  /** Sends a form with the token of the answer that shows it. */
  const submit = (app: Place, shown: Response, path: string, form: object = {}) => {
    const token = shown.headers.get('X-CSRF-Token') ?? ''
    const body = new URLSearchParams({ ...form, _csrf: token })
    return request(app, path, { method: 'POST', body })
  }

  return {
    async login(app: Place, form: { username: string; password: string }) {
      const page = await request(app, '/login')
      cookie = cookieOf(page)
      const response = await submit(app, page, '/login', form)
      cookie = cookieOf(response)
      return response.status
    },
    async logout(app: Place) {
      return (await submit(app, await request(app, '/api/me'), '/logout')).status
    },
    /** A page as a browser asks for it. */
    visit: (app: Place, path: string) => request(app, path, { headers: { accept: 'text/html' } }),
    /** Who the app says this is, or the status of its answer. */
    async whoAmI(app: Place): Promise<string | number> {
      const response = await request(app, '/api/me')
      return response.ok ? (await response.json()).user : response.status
    },
  }
}
