import type { TestContext } from 'node:test'
import { eventually } from './clock.ts'
import { openProxy } from './proxy.ts'
import { openSite } from './site.ts'
import type { Suite } from './suite.ts'

/** The server behind a proxy that can be broken, and a browser with a session for a site that has it there, with a limit in ms for each call. */
export async function openBehindProxy(test: TestContext, suite: Suite, limitMs: number) {
  const proxy = await openProxy(suite.env.SESSION_STORE_URL ?? '')
  test.after(proxy.close)
  const env = { SESSION_STORE_URL: proxy.url, SESSION_STORE_TIMEOUT_MS: String(limitMs) }
  const backend = await suite.open(test, env)
  const site = await openSite(test, suite, { env, wrap: () => backend })
  // A busy machine may need longer than the limit, and no limit is what a login is about here.
  const direct = (await openSite(test, suite)).open()
  await direct.login()
  await direct.post('/api/note', { note: 'from before' })
  const browser = direct.copy(site.origin)
  await eventually(async () => (await browser.me()).user === 'alice', 'the server is reached')
  return { proxy, site, browser }
}
