import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** An app that its start script runs. */
export interface RunningApp {
  address: string
  /** Sends a signal to the package manager and the app, and resolves when both have ended. */
  end(signal: NodeJS.Signals): Promise<void>
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
    detached: true,
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
        process.kill(-Number(child.pid), signal)
        await closed
      },
    }
  }
  throw new Error(`The app did not start: ${said.join('\n')}`)
}

/** A visitor of a running app, with the cookie of its last login. */
export function openVisitor() {
  let cookie = ''

  const request = (app: RunningApp, path: string, options: RequestInit = {}) => {
    const headers = { cookie, origin: app.address, 'sec-fetch-site': 'same-origin' }
    return fetch(app.address + path, { redirect: 'manual', ...options, headers })
  }
  const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''

  /** Sends a form with the token of the answer that shows it. */
  const submit = (app: RunningApp, shown: Response, path: string, form: object = {}) => {
    const token = shown.headers.get('X-CSRF-Token') ?? ''
    const body = new URLSearchParams({ ...form, _csrf: token })
    return request(app, path, { method: 'POST', body })
  }

  return {
    async login(app: RunningApp, form: { username: string; password: string }) {
      const page = await request(app, '/login')
      cookie = cookieOf(page)
      const response = await submit(app, page, '/login', form)
      cookie = cookieOf(response)
      return response.status
    },
    async logout(app: RunningApp) {
      return (await submit(app, await request(app, '/api/me'), '/logout')).status
    },
    /** Who the app says this is, or the status of its answer. */
    async whoAmI(app: RunningApp): Promise<string | number> {
      const response = await request(app, '/api/me')
      return response.ok ? (await response.json()).user : response.status
    },
  }
}
