import { after, before } from 'node:test'
import { type SecureApp, type SecureServer, type SecureSuite, startSecureSuite } from './app.ts'

/** The suite and one app, which is a process of its own, for all tests of a file or a `describe`. */
export function shareSecureApp(env?: NodeJS.ProcessEnv) {
  let app: SecureServer
  const suite = shareSecureSuite(async (suite) => {
    app = await suite.start(suite, env)
  })
  return { suite, app: () => app }
}

/** The same with the app in this process. */
export function shareAppHere(env?: NodeJS.ProcessEnv) {
  let app: SecureApp
  const suite = shareSecureSuite(async (suite) => {
    app = await suite.startHere(suite, env)
  })
  return { suite, app: () => app }
}

/** The suite alone, for tests that start the apps that they need. */
export function shareSecureSuite(prepare = async (_suite: SecureSuite) => {}) {
  let suite: SecureSuite
  // One hook, since those of a file do not wait for each other.
  before(async () => {
    suite = await startSecureSuite()
    await prepare(suite)
  })
  after(() => suite?.stop())
  return () => suite
}
