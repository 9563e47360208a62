import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openBrowser } from '../conformance/browser.ts'
import { startServer } from '../conformance/server.ts'
import type { ServerProcess } from './server-process.ts'
import { makeUsers, startWorkload } from './workload.ts'

// The default, for what an app does without its server is judged by it.
const limits = { SESSION_STORE_TIMEOUT_MS: '1000' }
const users = 10

/** Starts the app, as it runs, with a server as its store. */
export const startApp = (test: TestContext, { suite }: ServerProcess) =>
  startServer(test, suite, limits)

/** Fails unless an app is the process that it was, ends well, and has told no secret. */
export async function assertUnharmed(
  app: Awaited<ReturnType<typeof startServer>>,
  { url }: ServerProcess,
) {
  assert.equal(await app.end('SIGTERM'), 0)
  const log = app.lines.join('\n')
  assert.equal(log.match(/"listening"/g)?.length, 1)
  assert.doesNotMatch(log, /unhandled|uncaught/i)
  const { password } = new URL(url())
  if (password) assert.ok(!log.includes(password), 'no password is in the log')
}

/** Does something to a server while ten users use the app, and reports how soon all is well again, and how slow it was; with `forgets` it may lose everything. */
export async function outlive(
  test: TestContext,
  server: ServerProcess,
  fault: () => Promise<unknown>,
  { forgets = false } = {},
) {
  const app = await startApp(test, server)
  const names = await makeUsers(server.suite, users)
  const workload = await startWorkload(app.origin, names, { forgets })
  await workload.isServed()
  workload.timeAnswers()
  await fault()
  test.diagnostic(`served again after ${await workload.isServed()} ms`)
  assert.equal((await openBrowser(app.origin).get('/readyz')).status, 200)
  // What comes late would be seen now.
  await pause(500)
  test.diagnostic(`slowest answer ${await workload.end()} ms`)
  await assertUnharmed(app, server)
}
