import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { layerPackage } from '../generators/package-json.ts'
import { templateFiles } from '../generators/template.ts'
import { chosenStores } from './chosen-stores.ts'
import { runCommand, temporaryFolder } from './command.ts'
import { openVisitor, startApp } from './running-app.ts'

const root = join(import.meta.dirname, '..')
const folder = temporaryFolder({ after })
let tarball = ''

/** The environment of a user: this machine's own Node and npm, nothing of this repository. */
const {
  NODE_TEST_CONTEXT: _context,
  NODE_ENV: _mode,
  ...inherited
} = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
const path = inherited.PATH?.split(delimiter).filter((each) => !each.includes('node_modules'))
const env = { ...inherited, PATH: path?.join(delimiter) }

async function succeed(
  command: string,
  args: string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = env,
): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd, env: variables })
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}${err}`)
  return out
}

/** Starts the app's backend as its own tests do, empty, and outside of it. */
async function startBackend(test: TestContext, app: string): Promise<string> {
  const { testBackend } = await import(join(app, 'test/backend.ts'))
  const backend = await testBackend.start()
  test.after(() => backend.stop())
  return backend.url
}

/** Packages that are installed and would run a script of their own. */
function withInstallScript(app: string): string[] {
  const lock = JSON.parse(readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8'))
  return Object.entries<{ hasInstallScript?: true }>(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([name]) => name)
}

before(async () => {
  await runCommand('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
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
      await succeed('npm', ['run', 'typecheck'], app)
      await succeed('npm', ['test'], app)

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
