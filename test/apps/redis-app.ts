import { join } from 'node:path'
import { after, before } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { type EmittedApp, emitApp } from './emitted-app.ts'
import { laySuite } from './suite.ts'

/** Why tests of the redis app cannot run here, or false. */
export const cannotRun: string | false =
  (!chosenStores().includes('redis') && 'other stores are tested') ||
  (process.env.WITHOUT_DOCKER && 'servers run in containers, and there is no Docker here') ||
  false

/** Emits the redis app with test/suite before the tests of a file, and removes it after them. */
export function emitRedisApp(name: string) {
  let app: EmittedApp
  before(async () => {
    app = await emitApp(name, 'redis')
    laySuite(app.folder, 'redis')
  })
  after(() => app?.remove())

  return {
    app: () => app,
    /** The means of testing of the suite, over this app. */
    async tools() {
      const load = (part: string) => import(join(app.folder, `test/suite/conformance/${part}.ts`))
      const suite: typeof import('../suite/conformance/suite.ts') = await load('suite')
      const site: typeof import('../suite/conformance/site.ts') = await load('site')
      const server: typeof import('../suite/conformance/server.ts') = await load('server')
      const browser: typeof import('../suite/conformance/browser.ts') = await load('browser')
      const record: typeof import('../suite/conformance/record.ts') = await load('record')
      const clock: typeof import('../suite/conformance/clock.ts') = await load('clock')
      const workload: typeof import('../suite/faults/workload.ts') = await import(
        join(app.folder, 'test/suite/faults/workload.ts')
      )
      return { ...suite, ...site, ...server, ...browser, ...record, ...clock, ...workload }
    },
  }
}
