import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { lacksDocker } from '../apps/emitted-app.ts'
import { startServerOf } from '../apps/variant-app.ts'
import { chosenStores } from '../chosen-stores.ts'
import { temporaryFolder } from '../command.ts'
import {
  addTo,
  generateExpress,
  linesOf,
  type Running,
  readAll,
  runProject,
  succeed,
  writeProject,
} from './plain-project.ts'

const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
const routes = `
app.post('/enter', (req, res, next) => sessions.start(req, { user: 'ann' }).then(() => res.json({}), next))
app.get('/me', (req, res) => { res.json({ user: req.session.user ?? null }) })
app.post('/leave', (req, res, next) => sessions.end(req, res).then(() => res.json({}), next))
`
const versions = { express: '5.3.0', '@types/express': '5.0.6', typescript: '7.0.2' }

/** A module that serves an app, with sessions once there are lines for them. */
function server(bring: string, mount: string): string {
  return `import express from 'express'
${bring}

const app = express()
${mount}${bring && routes}
const listener = app.listen(process.env.PORT, tell)
function tell() {
  const address = listener.address()
  console.error('port ' + (typeof address === 'object' && address?.port))
}
`
}

/** A login, a restart and a logout, as a user sees them. */
async function visit(start: () => Promise<Running>): Promise<void> {
  const first = await start()
  const entered = await fetch(`${first.address}/enter`, { method: 'POST' })
  assert.equal(entered.status, 200, await entered.text())
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const whoAmI = async ({ address }: Running) =>
    (await (await fetch(`${address}/me`, { headers: { cookie } })).json()).user
  assert.equal(await whoAmI(first), 'ann')
  await first.stop()
  const second = await start()
  assert.equal(await whoAmI(second), 'ann')
  const left = await fetch(`${second.address}/leave`, { method: 'POST', headers: { cookie } })
  assert.equal(left.status, 200)
  assert.equal(await whoAmI(second), null)
  await second.stop()
}

/** Adds sessions to the app of express-generator, and uses them. */
async function tryExpress(test: TestContext, store: string, env: NodeJS.ProcessEnv = {}) {
  const shop = await generateExpress(temporaryFolder(test))
  await succeed(shop, 'npm', 'install', ...quiet)
  const before = readAll(shop)
  const outcome = await addTo(shop, '--store', store)
  const after = readAll(shop)
  const changed = [...before].filter(([path, bytes]) => !after.get(path)?.equals(bytes))
  assert.deepEqual(
    changed.map(([path]) => path),
    ['package-lock.json', 'package.json'],
  )
  const [bring, mount] = linesOf(outcome)
  const app = readFileSync(join(shop, 'app.js'), 'utf8')
  const place = "app.use('/', indexRouter);"
  assert.ok(app.includes(place))
  writeFileSync(
    join(shop, 'app.js'),
    `${bring}\n${app.replace(place, `${mount}${routes}${place}`)}`,
  )
  await visit(() => runProject(test, { cwd: shop, file: 'bin/www', env }))
  return { shop, outcome }
}

describe('create-sess-app add, in the app of express-generator (CommonJS)', () => {
  it('with sqlite keeps users logged in over a restart, and leaves all else as it was', async (test) => {
    const { shop, outcome } = await tryExpress(test, 'sqlite')
    assert.deepEqual(outcome.warnings, [])
    assert.equal(statSync(join(shop, '.env')).mode & 0o777, 0o600)
    const again = await addTo(shop, '--store', 'sqlite', '--no-install')
    assert.ok(again.files.every(({ what }) => what === 'same'))
  })

  const skip = chosenStores().includes('redis') ? false : 'other stores were chosen'
  it('with redis does so too', { skip }, async (test) => {
    if (lacksDocker(test)) return
    const address = await startServerOf(test, 'redis-server', 6379)
    const { outcome } = await tryExpress(test, 'redis', { SESSION_STORE_URL: `redis://${address}` })
    assert.match(outcome.nextSteps.join('\n'), /^docker compose up -d --wait/m)
  })
})

describe('create-sess-app add, in a project of modules', () => {
  it('in JavaScript gives an import, and sessions that outlive the process', async (test) => {
    const { express } = versions
    const project = writeProject(temporaryFolder(test), {
      'package.json': JSON.stringify({ type: 'module', dependencies: { express } }),
      'src/server.js': server('', ''),
    })
    const lines = linesOf(await addTo(project, '--store', 'file'))
    assert.equal(lines[0], "import { sessions } from './session/sessions.ts'")
    writeProject(project, { 'src/server.js': server(...lines) })
    await visit(() => runProject(test, { cwd: project, file: 'src/server.js' }))
  })

  it('in TypeScript compiles with the setting that it names, and runs', async (test) => {
    const { express, ...devDependencies } = versions
    const compilerOptions = { module: 'nodenext', strict: true, rootDir: 'src', outDir: 'dist' }
    const project = writeProject(temporaryFolder(test), {
      'package.json': JSON.stringify({
        type: 'commonjs',
        main: 'dist/app.js',
        dependencies: { express },
        devDependencies,
      }),
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      'src/app.ts': server('', ''),
    })
    const outcome = await addTo(project, '--store', 'sqlite')
    const [, setting = ''] = /"(rewrite\w+)": true/.exec(outcome.warnings.join('\n')) ?? []
    writeProject(project, {
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...compilerOptions, [setting]: true },
        include: ['src'],
      }),
      'src/app.ts': server(...linesOf(outcome)),
    })
    await succeed(project, process.execPath, 'node_modules/typescript/bin/tsc')
    await visit(() => runProject(test, { cwd: project, file: 'dist/app.js' }))
  })
})
