import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { mock, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { type SessionBackend, withCircuitBreaker } from '../../../src/session/index.ts'
import { openUsers } from '../../../src/users/users.ts'
import { inherited, startServer } from '../conformance/server.ts'
import { alice, type Suite, startSuite } from '../conformance/suite.ts'
import { noteLog, noteSecret, noteText } from './leaks.ts'
import {
  type Credentials,
  openVisitor,
  publicOrigin,
  type Visitor,
  type VisitorOptions,
} from './visitor.ts'

/** Who ends what was started: a test, or the suite itself for all of a file. */
export interface Ending {
  after(end: () => unknown): void
}

/** One line of the log. */
export type LogLine = Record<string, unknown> & { event: string; level: string; time: string }

export interface SecureApp {
  origin: string
  /** What it wrote so far, line by line. */
  lines: string[]
  /** The lines of the log so far, of one event or of all. */
  events(name?: string): LogLine[]
  /** Resolves with the newest line of an event as soon as there are so many of them. */
  heard(name: string, count?: number): Promise<LogLine>
  visitor(options?: VisitorOptions): Visitor
  /** A visitor who has logged in; Alice unless said. */
  enter(user?: Credentials, options?: VisitorOptions): Promise<Visitor>
}

export interface SecureServer extends SecureApp {
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface SecureSuite extends Suite, Ending {
  alice: Credentials
  /** What signs its cookies. */
  secret: string
  /** The app in production behind a proxy, as a process of its own. */
  start(ending: Ending, env?: NodeJS.ProcessEnv): Promise<SecureServer>
  /** The same app in this process, over the backend of the suite: its clock can be moved, and `wrap` puts something between. */
  startHere(
    ending: Ending,
    env?: NodeJS.ProcessEnv,
    wrap?: (backend: SessionBackend) => SessionBackend,
  ): Promise<SecureApp>
  /** Runs a file of `src/cli/` as `npm run` does. */
  command(
    file: 'user.ts' | 'sessions.ts' | 'setup.ts',
    args: string[],
    options?: { input?: string; env?: NodeJS.ProcessEnv },
  ): Promise<{ code: number; out: string }>
  /** One more user, with a password of her own. */
  add(name: string): Promise<Credentials>
}

/** Stops the clock of this process for the rest of a file, so that only the tests move it: what takes long on a busy machine takes no time. */
export function stopClock() {
  let now = Date.now()
  mock.method(Date, 'now', () => now)
  return {
    moveOn(seconds: number) {
      now += seconds * 1000
    },
  }
}

/** Starts the suite as production is set; everything that it sees is kept for `assertNoLeaks`. */
export async function startSecureSuite(): Promise<SecureSuite> {
  const suite = await startSuite()
  const env: NodeJS.ProcessEnv = {
    ...suite.env,
    NODE_ENV: 'production',
    TRUST_PROXY: 'loopback',
    PUBLIC_ORIGIN: publicOrigin,
    ALLOW_MEMORY_STORE: 'true',
    SHUTDOWN_DELAY_SECONDS: '0',
  }
  const secret = String(env.SESSION_SECRETS)
  noteSecret('secret', secret)
  const url = String(env.SESSION_STORE_URL)
  if (URL.canParse(url)) noteSecret('secret', decodeURIComponent(new URL(url).password))
  noteSecret('password', alice.password)
  const ends: (() => unknown)[] = []

  async function command(
    file: string,
    args: string[],
    { input = '', env: changes = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    const path = fileURLToPath(new URL(`../../../src/cli/${file}`, import.meta.url))
    const all = { ...inherited, ...env, ...changes }
    const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
      const child = execFile(process.execPath, [path, ...args], { env: all }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out: out + err }),
      )
      child.stdin?.end(input)
    })
    // A password that was made at random is shown once, to whoever made it.
    noteText(`what ${file} ${args} said`, out.replace(/ with the password \S+$/m, ''))
    return { code, out }
  }

  return {
    ...suite,
    env,
    alice,
    secret,
    after: (end) => ends.unshift(end),
    start: (ending, changes) => startProcess(ending, { ...suite, env }, changes),
    startHere: (ending, changes, wrap) => startHere(ending, { ...suite, env }, changes, wrap),
    command,
    async add(username) {
      const password = randomBytes(12).toString('hex')
      noteSecret('password', password)
      await openUsers(String(env.USERS_FILE)).setPassword(username, password)
      return { username, password }
    },
    async stop() {
      for (const end of ends) await end()
      await suite.stop()
    },
  }
}

async function startProcess(
  ending: Ending,
  suite: Suite,
  env?: NodeJS.ProcessEnv,
): Promise<SecureServer> {
  const { origin, lines, end } = await startServer(ending as TestContext, suite, env)
  return { ...toSecureApp(origin, lines), end }
}

async function startHere(
  ending: Ending,
  suite: Suite,
  env: NodeJS.ProcessEnv = {},
  wrap = (backend: SessionBackend) => backend,
): Promise<SecureApp> {
  const config = readConfig({ ...suite.env, ...env })
  const backend = withCircuitBreaker(wrap(suite.backend), config.session.storeTimeoutMs)
  const lines: string[] = []
  const write = (level: string) => (details: unknown, event?: string) =>
    void lines.push(JSON.stringify({ level, event, ...Object(details) }))
  const log = { info: write('info'), warn: write('warn'), error: write('error') }
  const users = openUsers(config.users.file)
  const server = createApp({ config, backend, users, log }).listen(0, '127.0.0.1')
  // On a busy machine the default of five seconds may end a connection just when a request comes.
  server.keepAliveTimeout = 60_000
  await once(server, 'listening')
  ending.after(() => server.close().closeAllConnections())
  return toSecureApp(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, lines)
}

function toSecureApp(origin: string, lines: string[]): SecureApp {
  noteLog(lines)
  const events = (name?: string) =>
    lines
      .filter((line) => line.startsWith('{'))
      .map((line): LogLine => JSON.parse(line))
      .filter((line) => name === undefined || line.event === name)

  return {
    origin,
    lines,
    events,
    async heard(name, count = 1) {
      for (const began = performance.now(); performance.now() < began + 30_000; ) {
        const heard = events(name)
        const newest = heard.at(-1)
        if (newest && heard.length >= count) return newest
        await setTimeout(10)
      }
      throw new Error(`No ${name} in the log (${count} awaited): ${lines.join('\n')}`)
    },
    visitor: (options) => openVisitor(origin, options),
    async enter(user, options) {
      const visitor = openVisitor(origin, options)
      const { status } = await visitor.login(user)
      if (status !== 303) throw new Error(`The login was answered with ${status}`)
      return visitor
    },
  }
}
