import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runCommand, runSource } from '../command.ts'
import { type App, makeApp } from '../generators/switched-app.ts'
import { keys, openTerminal } from './terminal.ts'

const run = (app: App, args: string[]) =>
  runSource(['switch', ...args, '--no-install'], { cwd: app.folder })

describe('the command create-sess-app switch', () => {
  it('switches the app that it is run in, and says what to do next', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const { code, out, err } = await run(app, ['--store', 'redis'])
    assert.equal(code, 0, err)
    assert.match(out, /Sessions live in redis from now on, and no longer in sqlite\./)
    assert.match(out, /sessions stay in sqlite; to take them along/)
    assert.match(out, /npm install\n.*docker compose up -d --wait.*\n.*npm run dev/)
    assert.match(app.read('.env'), /^SESSION_STORE_URL=redis:/m)
  })

  it('says how to take the sessions along before it changes anything', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const { out } = await run(app, ['--store', 'redis'])
    const said = /^Before it begins: .*export > sessions\.jsonl" before the switch/m.exec(out)
    assert.ok(said && said.index < out.indexOf('Sessions live in redis'), out)
    const terminal = openTerminal(['switch'], { cwd: app.folder })
    await terminal.sees(/Before it begins: [\s\S]*before the switch[\s\S]*--store/)
    terminal.type(keys.stop)
    assert.equal(await terminal.ended, 130)
  })

  it('says what of .env stays where that is asked for', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('.env', /^SESSION_STORE_URL=.*$/m, 'SESSION_STORE_URL=redis://elsewhere')
    const { out } = await run(app, ['--store', 'sqlite', '--on-conflict', 'skip'])
    assert.match(out, /^Note: \.env keeps your SESSION_STORE_URL$/m)
  })

  it('takes no empty name for the folder that it is in', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const { code, err } = await run(app, ['', '--store', 'redis'])
    assert.equal(code, 2)
    assert.match(err, /the directory has no name/)
  })

  it('speaks of the package manager that the app was made for, whoever starts it', async (t) => {
    const app = await makeApp(t, 'sqlite', { packageManager: 'npm' })
    const env = { ...process.env, npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24.0.0' }
    const args = ['switch', '--store', 'redis', '--no-install']
    const { out } = await runSource(args, { cwd: app.folder, env })
    assert.match(out, /npm install\n[\s\S]*npm run dev/)
    assert.doesNotMatch(out, /pnpm/)
  })

  it('tells a program what became of each file', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('package.json', '"scripts": {', '"scripts": {\n    "mine": "x",')
    const { code, out } = await run(app, ['-s', 'redis', '--json'])
    const { files, exitCode, dryRun, folder, warnings } = JSON.parse(out)
    const what = (path: string) => files.find((file: { path: string }) => file.path === path)?.what
    assert.deepEqual([code, exitCode, dryRun, folder], [0, 0, false, app.folder])
    assert.deepEqual(
      ['docker-compose.yml', 'package.json', 'src/session/backend/sql.ts', 'README.md'].map(what),
      ['created', 'merged', 'removed', 'replaced'],
    )
    assert.match(warnings.join(), /sessions stay in sqlite/)
  })

  it('ends with 3 over edited files, in a dry run too, and writes nothing', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('src/session/backend/index.ts', /^/, '// Mine.\n')
    const before = app.everything()
    const real = await run(app, ['--store', 'redis'])
    assert.equal(real.code, 3)
    assert.match(
      real.err,
      /: you have edited files .*: src\/session\/backend\/index\.ts\. Say --on-conflict/,
    )
    const dry = await run(app, ['--store', 'redis', '--dry-run'])
    assert.equal(dry.code, 3)
    assert.match(dry.out, /^-\/\/ Mine\.$/m)
    const secret = /^SESSION_SECRETS=(.*)$/m.exec(app.read('.env'))?.[1] ?? ''
    assert.equal(dry.out.includes(secret), false)
    assert.deepEqual(app.everything(), before)
    const taken = await run(app, ['--store=redis', '--on-conflict=overwrite'])
    assert.equal(taken.code, 0, taken.err)
  })

  it('has nothing to do, and says so, where the store is the same', async (t) => {
    const app = await makeApp(t, 'redis')
    const { code, out } = await run(app, ['--store', 'redis'])
    assert.equal(code, 0)
    assert.match(out, /Sessions live in redis already: there is nothing to do\./)
  })

  it('has to be told the store where it cannot ask', async (t) => {
    const app = await makeApp(t, 'redis')
    const { code, err } = await run(app, [])
    assert.equal(code, 4)
    assert.match(err, /--store is not said/)
  })

  it('warns where not all is committed', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example', ...args], {
        cwd: app.folder,
      })
    git('init', '--quiet')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'first')
    const clean = await run(app, ['--store', 'redis', '--dry-run'])
    assert.doesNotMatch(clean.out, /committed/)
    app.edit('src/app.ts', /^/, '// Mine.\n')
    const dirty = await run(app, ['--store', 'redis'])
    assert.equal(dirty.code, 0, dirty.err)
    assert.match(dirty.out, /not all was committed before/)
  })

  it('is a generator of Plop', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const cwd = join(import.meta.dirname, '../..')
    const plop = join(cwd, 'node_modules/plop/bin/plop.js')
    const args = [plop, 'switch', app.folder, 'redis']
    const { code, out, err } = await runCommand(process.execPath, args, { cwd })
    assert.equal(code, 0, out + err)
    assert.match(app.read('.env'), /^SESSION_STORE_URL=redis:/m)
  })
})
