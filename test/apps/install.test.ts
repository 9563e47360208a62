import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { layerPackage } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { chosenStores } from '../chosen-stores.ts'
import { temporaryFolder } from '../command.ts'
import { emitApp, lacksDocker, startBackend } from './emitted-app.ts'
import { userEnvironment as env, packTarball, succeed } from './packed.ts'
import { openVisitor, startApp } from './running-app.ts'

const folder = temporaryFolder({ after })
let tarball = ''

/** Packages that are installed and would run a script of their own. */
function withInstallScript(app: string): string[] {
  const lock = JSON.parse(readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8'))
  return Object.entries<{ hasInstallScript?: true }>(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([name]) => name)
}

before(async () => {
  tarball = await packTarball(folder)
})

describe('from the packed tarball, outside the repository, an app', { concurrency: 2 }, () => {
  for (const name of chosenStores(['sqlite', 'redis', 'mongodb'])) {
    it(`with ${name} installs, passes its tests, and keeps its users logged in`, async (test) => {
      const flags = ['--store', name, '--lifetime', '20m', '--yes', '--no-install', '--no-git']
      const out = await succeed(
        'npm',
        ['exec', '--yes', `file:${tarball}`, '--', `shop-${name}`, ...flags],
        folder,
      )
      const password = /with the password (\S+)/.exec(out)?.[1] ?? ''
      const app = join(folder, `shop-${name}`)
      assert.match(readFileSync(join(app, '.env'), 'utf8'), /^SESSION_IDLE_SECONDS=1200$/m)
      if (lacksDocker(test, { contained: existsSync(join(app, 'docker-compose.yml')) })) return
      await succeed('npm', ['install', '--no-audit', '--no-fund'], app)
      await succeed('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], app)
      const { allowScripts = {} } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
      const blocked = Object.keys(allowScripts).map((each) => `node_modules/${each}`)
      assert.deepEqual(withInstallScript(app).sort(), blocked, 'none of them runs a script')
      await succeed('npm', ['run', 'typecheck'], app)
      await succeed('npm', ['test'], app)

      // That of an app in here: this one soon has nothing more to start a container with.
      const beside = await emitApp(`install-${name}`, name)
      test.after(beside.remove)
      const { url, lacks } = await startBackend(test, beside.folder)
      const running = { ...env, SESSION_STORE_URL: url }
      await succeed('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], app)
      await succeed('npm', ['run', 'sessions', '--', 'init'], app, running)
      const { installScripts = [] } = layerPackage(templateFiles(), `stores/${name}`).store ?? {}
      const declared = installScripts.map((each) => `node_modules/${each}`)
      assert.deepEqual(withInstallScript(app), declared)

      const visitor = openVisitor()
      const first = await startApp(app, running)
      test.after(() => first.end('SIGKILL'))
      assert.equal(await visitor.login(first, { username: 'dev', password }), 303)
      assert.equal(await visitor.whoAmI(first), 'dev')
      await first.end('SIGKILL')
      const second = await startApp(app, running)
      test.after(() => second.end('SIGKILL'))
      assert.equal(await visitor.whoAmI(second), lacks.sharing ? 401 : 'dev')
      assert.equal(await visitor.logout(second), 303)
      assert.equal(await visitor.whoAmI(second), 401)
      await second.end('SIGTERM')
    })
  }
})
