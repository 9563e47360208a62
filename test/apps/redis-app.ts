import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { runSource } from '../command.ts'

const root = join(import.meta.dirname, '../..')

/** Why tests of the redis app cannot run here, or false. */
export const cannotRun: string | false =
  (!chosenStores().includes('redis') && 'other stores are tested') ||
  (process.env.WITHOUT_DOCKER && 'servers run in containers, and there is no Docker here') ||
  false

/** Emits the redis app before the tests of a file, and removes it after them. */
export function emitRedisApp(name: string) {
  const folder = join(root, '.apps', name)
  before(async () => {
    rmSync(folder, { recursive: true, force: true })
    const options = ['--store', 'redis', '--no-install', '--no-git']
    const made = await runSource([`.apps/${name}`, ...options], { cwd: root })
    assert.equal(made.code, 0, made.err)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const load = (file: string) => import(join(folder, 'test', file))
  return {
    folder,
    /** The app's own means of testing. */
    async tools() {
      const suite: typeof import('../../template/app/test/suite.ts') = await load('suite.ts')
      const site: typeof import('../../template/app/test/site.ts') = await load('site.ts')
      const server: typeof import('../../template/app/test/server.ts') = await load('server.ts')
      const browser: typeof import('../../template/app/test/browser.ts') = await load('browser.ts')
      const record: typeof import('../../template/app/test/record.ts') = await load('record.ts')
      return { ...suite, ...site, ...server, ...browser, ...record }
    },
  }
}
