import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'

const filesOnly = ['--no-install', '--no-git']

/** A project of somebody who wants an app in its place. */
function project(t: TestContext) {
  const cwd = join(temporaryFolder(t), 'shop')
  mkdirSync(join(cwd, 'src'), { recursive: true })
  mkdirSync(join(cwd, 'data'))
  writeFileSync(join(cwd, 'package.json'), '{ "name": "mine", "scripts": { "dev": "mine" } }')
  writeFileSync(join(cwd, '.env'), 'MINE=1\n')
  writeFileSync(join(cwd, 'src/app.ts'), 'mine\n')
  writeFileSync(join(cwd, 'src/mine.ts'), 'mine\n')
  writeFileSync(join(cwd, 'data/users.json'), '{}\n')
  const read = (path: string) => readFileSync(join(cwd, path), 'utf8')
  const run = (...args: string[]) => runSource(['.', ...args, ...filesOnly], { cwd })
  return { cwd, read, run }
}

const own = ['.env', 'data/users.json', 'package.json', 'src/app.ts', 'src/mine.ts']

const isRefused = /is not empty \(.*--on-conflict skip, merge or overwrite/

describe('--on-conflict', { concurrency: 3 }, () => {
  it('error, which is usual, writes nothing and ends with 3', async (t) => {
    const { cwd, run } = project(t)
    const before = listing(cwd)
    for (const args of [[], ['--on-conflict', 'error']]) {
      const { code, err } = await run(...args)
      assert.equal(code, 3)
      assert.match(err, isRefused)
      assert.deepEqual(listing(cwd), before)
    }
  })

  it('skip keeps what is there, says so, and has no new password to tell', async (t) => {
    const { cwd, read, run } = project(t)
    const before = own.map(read)
    const { code, out, err } = await run('--on-conflict', 'skip')
    assert.equal(code, 0, err)
    assert.deepEqual(own.map(read), before)
    assert.match(out, /^Kept as they were: \.env, data\/users\.json, package\.json, src\/app\.ts$/m)
    assert.doesNotMatch(out, /password/)
    assert.ok(listing(cwd).includes('tsconfig.json'))
  })

  it('merge joins package.json and .env, and keeps the rest', async (t) => {
    const { cwd, read, run } = project(t)
    const { code, out, err } = await run('--on-conflict', 'merge')
    assert.equal(code, 0, err)
    const { name, scripts, dependencies } = JSON.parse(read('package.json'))
    assert.equal(name, 'mine')
    assert.equal(scripts.dev, 'mine')
    assert.equal(scripts.typecheck, 'tsc')
    assert.ok('express-session' in dependencies)
    assert.match(read('.env'), /^MINE=1\n[\s\S]*^SESSION_SECRETS=.{32}/m)
    assert.equal(statSync(join(cwd, '.env')).mode & 0o077, 0)
    assert.equal(read('src/app.ts'), 'mine\n')
    assert.match(out, /^Merged: \.env, package\.json$/m)
    assert.match(out, /^Kept as they were: data\/users\.json, src\/app\.ts$/m)
  })

  it('overwrite replaces files of the app, and leaves all others', async (t) => {
    const { cwd, read, run } = project(t)
    const { code, out, err } = await run('--on-conflict', 'overwrite')
    assert.equal(code, 0, err)
    assert.match(read('src/app.ts'), /express/)
    assert.equal(read('src/mine.ts'), 'mine\n')
    assert.equal(statSync(join(cwd, '.env')).mode & 0o077, 0)
    assert.match(out, /^Replaced: \.env, data\/users\.json, package\.json, src\/app\.ts$/m)
    assert.match(out, /Log in as dev with the password/)
    assert.match(out, /^Note: \.env is replaced: its secret is a new one/m)
    assert.match(out, /^Note: data\/users\.json is replaced: its users go/m)
  })

  it('overwrite says beforehand what nobody gets back, and the others have nothing of that to say', async (t) => {
    const { run } = project(t)
    const dry = await run('--on-conflict', 'overwrite', '--dry-run')
    assert.match(dry.out, /^Note: \.env is replaced: .*\nNote: data\/users\.json is replaced: /m)
    assert.doesNotMatch((await run('--on-conflict', 'merge')).out, /is replaced/)
  })

  it('is part of the command that does the same again', async (t) => {
    const { run } = project(t)
    const { out } = await run('--on-conflict', 'skip')
    assert.match(out, /The same again: npx create-sess-app@\S+ \. .*--on-conflict skip/)
  })

  it('leaves git to whose files they are', async (t) => {
    const { cwd } = project(t)
    const args = ['.', '--on-conflict', 'skip', '--no-install']
    const { code, out, err } = await runSource(args, { cwd })
    assert.equal(code, 0, err)
    assert.match(out, /^Git: left to you, as the folder held files before\.$/m)
    assert.equal(existsSync(join(cwd, '.git')), false)
  })

  it('has no other ways', async (t) => {
    const { run } = project(t)
    const { code, err } = await run('--on-conflict', 'delete')
    assert.equal(code, 2)
    assert.match(err, /"delete".*error, skip, merge, overwrite/)
  })

  it('is what --force means', async (t) => {
    const { run } = project(t)
    const { code, err } = await run('--force')
    assert.equal(code, 2)
    assert.match(err, /"--force": did you mean --on-conflict overwrite\?/)
  })
})
