import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { layerPackage } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { chosenStores } from '../chosen-stores.ts'
import { runCommand, temporaryFolder } from '../command.ts'
import { countTests, keepCounts } from '../report.ts'
import { userEnvironment as env, packTarball, startBackend, succeed } from './packed.ts'
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
  for (const name of chosenStores()) {
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
      if (process.env.WITHOUT_DOCKER && existsSync(join(app, 'docker-compose.yml'))) {
        test.skip('its server runs in a container, and there is no Docker here')
        return
      }
      await succeed('npm', ['install', '--no-audit', '--no-fund'], app)
      await succeed('npm', ['run', 'typecheck'], app)
      await succeed('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], app)
      const { allowScripts = {} } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
      const blocked = Object.keys(allowScripts).map((each) => `node_modules/${each}`)
      assert.deepEqual(withInstallScript(app).sort(), blocked, 'none of them runs a script')
      await succeed('npm', ['run', 'typecheck'], app)
      const tests = await runCommand('npm', ['test'], { cwd: app, env, timeoutMs: 900_000 })
      const counts = countTests(tests.out)
      keepCounts(name, counts)
      assert.equal(tests.code, 0, tests.out + tests.err)
      assert.ok(counts.passed > 40, `only ${counts.passed} tests ran`)

      const running = { ...env, SESSION_STORE_URL: await startBackend(test, app) }
      await succeed('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], app)
      await succeed('npm', ['run', 'sessions', '--', 'init'], app, running)
      const { installScripts = [] } = layerPackage(templateFiles(), `stores/${name}`).store ?? {}
      const declared = installScripts.map((each) => `node_modules/${each}`)
      assert.deepEqual(withInstallScript(app), declared)

      const visitor = openVisitor()
      const first = await startApp(app, running)
      assert.equal(await visitor.login(first, { username: 'dev', password }), 303)
      assert.equal(await visitor.whoAmI(first), 'dev')
      await first.end('SIGKILL')
      const second = await startApp(app, running)
      const lacks = JSON.parse(readFileSync(join(app, 'test/lacks.json'), 'utf8'))
      assert.equal(await visitor.whoAmI(second), lacks.sharing ? 401 : 'dev')
      assert.equal(await visitor.logout(second), 303)
      assert.equal(await visitor.whoAmI(second), 401)
      await second.end('SIGTERM')
    })
  }
})
