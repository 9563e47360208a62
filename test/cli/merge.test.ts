import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { runSource, temporaryFolder } from '../command.ts'
import { writeProject } from '../generators/plain-project.ts'

const untouched = JSON.stringify({
  ...{ name: 'shop', version: '1.0.0', main: 'index.js', type: 'commonjs' },
  scripts: { test: 'echo "Error: no test specified" && exit 1' },
})

/** Makes an app in a folder that holds these files. */
async function makeOver(t: TestContext, files: Record<string, string>, ...args: string[]) {
  const cwd = writeProject(join(temporaryFolder(t), 'shop'), files)
  const { code, out, err } = await runSource(['.', ...args, '--no-install', '--no-git'], { cwd })
  assert.equal(code, 0, err)
  return { out, manifest: () => JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) }
}

describe('an app over files that are there', { concurrency: 3 }, () => {
  it('starts and is tested where "npm init" has written package.json, and says what that changes', async (t) => {
    const { out, manifest } = await makeOver(
      t,
      { 'package.json': untouched },
      ...['--on-conflict', 'merge'],
    )
    const { type, scripts } = manifest()
    assert.equal(type, 'module')
    assert.match(scripts.test, /^node /)
    assert.match(out, /^Note: package\.json says "type": "module" now: .* \.cjs$/m)
    assert.doesNotMatch(out, /keeps your|as you have it/)
  })

  it('says what of package.json it has left, and that it does not start with that', async (t) => {
    const repository = '"repository":{"type":"git"},'
    const own = untouched.replace(/echo .* exit 1/, 'mocha').replace('{', `{${repository}`)
    const { out, manifest } = await makeOver(
      t,
      { 'package.json': own },
      ...['--on-conflict', 'merge'],
    )
    assert.deepEqual([manifest().type, manifest().scripts.test], ['commonjs', 'mocha'])
    assert.match(out, /^Note: package\.json keeps your type, scripts\.test$/m)
    assert.match(out, /^Note: the app does not start with "type": "commonjs"/m)
  })

  it('says that a package.json could not be merged', async (t) => {
    const { out } = await makeOver(t, { 'package.json': '' }, '--on-conflict', 'merge')
    assert.match(out, /^Note: package\.json is kept as you have it \(cannot be read as such/m)
  })

  it('says that secrets may be committed where the .gitignore that stays lets them', async (t) => {
    for (const [gitignore, isSafe] of [
      ['node_modules\n', false],
      ['.env*\r\n/data\r\n', true],
    ] as const) {
      const files = { '.gitignore': gitignore }
      const { out } = await makeOver(t, files, '--on-conflict', 'skip')
      assert.equal(/^Note: put into \.gitignore .*: \.env, data\/$/m.test(out), !isSafe)
      assert.equal(/and never committed/.test(out), isSafe)
    }
  })

  it('says what of the .env that stays keeps the app from starting', async (t) => {
    const files = { '.env': 'SESSION_STORE_URL=redis://localhost\n' }
    const { out } = await makeOver(t, files, '--store', 'postgres', '--on-conflict', 'skip')
    assert.match(out, /^Note: the app does not start without SESSION_SECRETS in \.env/m)
    assert.match(out, /for redis, and it stays: .*=postgres:\S+, with STORE_PASSWORD of \.env for/)
    assert.doesNotMatch(out, /^Secrets: /m)
    const secure = { '.env': 'SESSION_STORE_URL=rediss://localhost\n' }
    const merged = await makeOver(t, secure, '--store', 'redis', '--on-conflict', 'merge')
    assert.doesNotMatch(merged.out, /does not start|and it stays/)
  })

  it('names the password of its server that goes', async (t) => {
    const files = { '.env': 'STORE_PASSWORD=theirs\n' }
    const { out } = await makeOver(t, files, '--store', 'redis', '--on-conflict', 'overwrite')
    assert.match(out, /^Note: \.env is replaced: .*STORE_PASSWORD too/m)
  })

  it('says the address by the PORT of the .env that stays', async (t) => {
    const args = ['--on-conflict', 'skip', '--json']
    const { out } = await makeOver(t, { '.env': 'PORT=4000\n' }, ...args)
    assert.equal(JSON.parse(out).login.address, 'http://localhost:4000')
  })
})

describe('an app over an app', () => {
  it('with another store is refused, and led to switch', async (t) => {
    const cwd = temporaryFolder(t)
    const run = (...args: string[]) =>
      runSource(['shop', '--no-install', '--no-git', ...args], { cwd })
    assert.equal((await run('--store', 'sqlite')).code, 0)
    for (const way of ['skip', 'merge']) {
      const { code, err } = await run('--store', 'redis', '--on-conflict', way)
      assert.equal(code, 3)
      assert.match(err, /sessions are in sqlite: "create-sess-app switch --store redis" in it/)
    }
    assert.equal((await run('--store', 'sqlite', '--on-conflict', 'skip')).code, 0)
  })
})

describe('a dry run that the real one would be refused after', { concurrency: 3 }, () => {
  it('says why, to who asked for quiet and to programs too', async (t) => {
    const cwd = writeProject(join(temporaryFolder(t), 'shop'), { 'notes.txt': 'mine' })
    const quiet = await runSource(['.', '-n', '-q'], { cwd })
    assert.deepEqual([quiet.code, quiet.out], [3, ''])
    assert.match(quiet.err, /^create-sess-app: .*--on-conflict skip, merge or overwrite/)
    const { error, exitCode } = JSON.parse((await runSource(['.', '-n', '--json'], { cwd })).out)
    assert.equal(exitCode, 3)
    assert.match(error, /--on-conflict skip, merge or overwrite/)
  })
})
