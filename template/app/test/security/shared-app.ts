import { after, before } from 'node:test'
import { type SecureApp, type SecureSuite, startSecureSuite } from './app.ts'

/** The suite and one app for all tests of a `describe`. */
export function shareSecureApp(env?: NodeJS.ProcessEnv) {
  let suite: SecureSuite
  let app: SecureApp
  before(async () => {
    suite = await startSecureSuite()
    app = await suite.start(suite, env)
  })
  after(() => suite?.stop())
  return { suite: () => suite, app: () => app }
}
