import assert from 'node:assert/strict'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { packageManagers } from '../../generators/template/package-managers.ts'
import { chosenStores, isFull } from '../chosen-stores.ts'
import { runCommand, temporaryFolder } from '../command.ts'
import { type Client, fetchClient } from './clients.ts'
import { lacksDocker, startBackend } from './emitted-app.ts'
import { packTarball, succeed } from './packed.ts'
import { openVisitor, startApp } from './running-app.ts'

const stores = chosenStores(['sqlite']).filter((store) => ['sqlite', 'redis'].includes(store))
const clients: Client[] = packageManagers
  // With npm the tests of the install run with more stores.
  .filter(({ name }) => isFull || name !== 'npm')
  .map((manager) => ({ manager, version: manager.version }))
const npm = packageManagers.find(({ name }) => name === 'npm')
if (isFull && npm) clients.push({ manager: npm, version: '11.19.1' })

const workflow = '.github/workflows/ci.yml'
const folder = temporaryFolder({ after })
const command = join(folder, 'package/dist/create-sess-app.cjs')

before(async () => {
  await succeed('tar', ['xzf', await packTarball(folder), '-C', folder], folder)
})

/** Makes an app as `create` of a package manager does: by its runner, which says who it is, and with its install. */
async function create({ manager, version }: Client, store: string, env: NodeJS.ProcessEnv) {
  const { name, run } = manager
  const cwd = join(folder, `${name}-${version}-${store}`)
  mkdirSync(cwd)
  const scripts = { 'create-app': `node "${command}" shop --store ${store} --no-git --yes` }
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'desk', private: true, scripts }))
  // Yarn runs nothing where nothing is installed, and takes a missing lockfile for a mistake where CI is set.
  if (name === 'yarn') await succeed(name, ['install', '--no-immutable'], cwd, env)
  const out = await succeed('sh', ['-c', `${run} create-app`], cwd, env)
  return { app: join(cwd, 'shop'), password: /with the password (\S+)/.exec(out)?.[1] ?? '' }
}

/** The command of a file of the app that a pattern finds. */
function find(app: string, path: string, pattern: RegExp): string {
  const found = pattern.exec(readFileSync(join(app, path), 'utf8'))?.[1]
  assert.ok(found, `${path} has nothing like ${pattern}`)
  return found
}

/** Installs as a workflow does, by the command of its step. */
async function install(step: string, cwd: string, env: NodeJS.ProcessEnv) {
  const { code, out, err } = await runCommand('sh', ['-c', step], {
    cwd,
    env: { ...env, CI: 'true' },
  })
  return { code, text: out + err }
}

/** A copy of an app as it is where it was made with --no-install, in no other project. */
function withoutLockfile(app: string, lockfile: string): string {
  const copy = join(mkdtempSync(join(folder, 'checkout-')), 'shop')
  const filter = (path: string) => !['node_modules', lockfile].includes(basename(path))
  cpSync(app, copy, { recursive: true, filter })
  return copy
}

/** Installs what an image would hold, in a folder with the files that the Dockerfile copies for that. */
async function installAsImage(app: string, env: NodeJS.ProcessEnv): Promise<string> {
  const image = join(app, '../image')
  mkdirSync(image)
  const files = find(app, 'Dockerfile', /^COPY (.*) \.\/$/m).split(' ')
  for (const file of files) copyFileSync(join(app, file), join(image, file))
  await succeed('sh', ['-c', find(app, 'Dockerfile', /^RUN (.*)$/m)], image, env)
  return join(image, 'node_modules')
}

describe('an app from the packed tarball', { concurrency: 2 }, () => {
  for (const client of clients) {
    const { manager, version } = client
    const { name, lockfile } = manager
    for (const store of stores) {
      it(`with ${store} installs, passes its tests and starts by ${name} ${version}`, async (test) => {
        if (lacksDocker(test, { contained: store === 'redis' })) return
        const env = await fetchClient(client).catch((error: Error) => {
          // Only where the registry has none; what goes wrong with one that is there is a failure.
          if (/ cannot be had: /.test(error.message)) return error.message
          throw error
        })
        if (typeof env === 'string') {
          test.skip(env)
          return
        }
        const { app, password } = await create(client, store, env)
        const locks = packageManagers.filter((each) => existsSync(join(app, each.lockfile)))
        assert.deepEqual(
          locks.map((each) => each.lockfile),
          [lockfile],
        )

        const step = find(app, workflow, new RegExp(`- run: (${name} (?:install|\\$).*)$`, 'm'))
        const { code, text } = await install(step, withoutLockfile(app, lockfile), env)
        assert.equal(code, 0, `with no lockfile yet: ${text}`)
        rmSync(join(app, 'node_modules'), { recursive: true })
        const installed = await install(step.replace(' --ignore-scripts', ''), app, env)
        assert.equal(installed.code, 0, installed.text)
        // bun tells of them whatever one says.
        if (name !== 'bun') {
          assert.doesNotMatch(installed.text, /blocked|install-scripts|ignored build|YN0004/i)
        }
        await succeed(name, ['run', 'typecheck'], app, env)
        await succeed(name, ['run', 'test'], app, env)

        const running = { ...env, SESSION_STORE_URL: (await startBackend(test, app)).url }
        const visitor = openVisitor()
        const started = await startApp(app, running, name)
        test.after(() => started.end('SIGKILL'))
        assert.equal(await visitor.login(started, { username: 'dev', password }), 303)
        assert.equal(await visitor.whoAmI(started), 'dev')
        await started.end('SIGTERM')

        const modules = await installAsImage(app, env)
        assert.ok(existsSync(join(modules, 'express')))
        assert.ok(!existsSync(join(modules, 'typescript')))
      })
    }
  }
})
