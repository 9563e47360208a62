import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** An app that `npm start` runs. */
export interface RunningApp {
  address: string
  /** Sends a signal to npm and the app, and resolves when both have ended. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Runs `npm start` in an app's folder, and waits until the app says where it listens. */
export async function startApp(cwd: string, env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const child = spawn('npm', ['start'], {
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

  const request = (app: RunningApp, path: string, options: RequestInit = {}) =>
    fetch(app.address + path, { redirect: 'manual', ...options, headers: { cookie } })

  return {
    async login(app: RunningApp, form: { username: string; password: string }) {
      const body = new URLSearchParams(form)
      const response = await request(app, '/login', { method: 'POST', body })
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      return response.status
    },
    logout: async (app: RunningApp) => (await request(app, '/logout', { method: 'POST' })).status,
    /** Who the app says this is, or the status of its answer. */
    async whoAmI(app: RunningApp): Promise<string | number> {
      const response = await request(app, '/api/me')
      return response.ok ? (await response.json()).user : response.status
    },
  }
}
