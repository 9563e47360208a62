import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { packageManagers } from '../../generators/template/package-managers.ts'
import { listing, runSource, temporaryFolder } from '../command.ts'

const identity = '[user]\n\tname = Ada\n\temail = ada@example.org\n'

/** An empty folder, and an environment with git settings and commands of our own. */
function desk(t: TestContext, { gitConfig = '', npm = '' } = {}) {
  const home = temporaryFolder(t)
  const cwd = temporaryFolder(t)
  writeFileSync(join(home, 'gitconfig'), gitConfig)
  writeFileSync(join(home, 'npm'), `#!/bin/sh\n${npm}\n`)
  chmodSync(join(home, 'npm'), 0o755)
  const env = {
    ...process.env,
    PATH: home + delimiter + process.env.PATH,
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: join(cwd, 'my-app'), env, encoding: 'utf8' })
  return { home, cwd, env, git }
}

describe('a repository', () => {
  it('has one commit, without secrets, where git knows who commits', async (t) => {
    const { cwd, env, git } = desk(t, { gitConfig: identity })
    const { code, err } = await runSource(['--no-install'], { cwd, env })
    assert.equal(code, 0, err)
    assert.equal(git('log', '--format=%s by %an'), 'Initial commit by Ada\n')
    const files = git('ls-files').split('\n')
    assert.ok(files.includes('.env.example'))
    assert.deepEqual(
      files.filter((file) => file === '.env' || file.startsWith('data')),
      [],
    )
    assert.equal(git('status', '--short'), '')
  })

  it('is left without a commit where git does not know', async (t) => {
    const { cwd, env, git } = desk(t)
    const { code, out } = await runSource(['--no-install'], { cwd, env })
    assert.equal(code, 0)
    assert.match(out, /not committed/)
    assert.match(git('status', '--short'), /^A {2}package\.json$/m)
  })

  it('is not made in one that is there', async (t) => {
    const { cwd, env } = desk(t, { gitConfig: identity })
    execFileSync('git', ['init', '--quiet'], { cwd, env })
    const { code } = await runSource(['--no-install'], { cwd, env })
    assert.equal(code, 0)
    assert.equal(existsSync(join(cwd, 'my-app/.git')), false)
  })

  it('is none of those that the variables of a hook point to', async (t) => {
    const { home, cwd, env, git } = desk(t, { gitConfig: identity })
    const other = join(home, 'other')
    execFileSync('git', ['init', '--quiet', other], { env })
    const before = listing(other)
    const hook = { ...env, GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, 'index') }
    const { code, err } = await runSource(['--no-install'], { cwd, env: hook })
    assert.equal(code, 0, err)
    assert.deepEqual(listing(other), before)
    assert.match(git('ls-files'), /package\.json/)
  })

  it('is done without where git is not installed', async (t) => {
    const { home, cwd, env } = desk(t)
    const { code, out } = await runSource(['--no-install'], { cwd, env: { ...env, PATH: home } })
    assert.equal(code, 0)
    assert.match(out, /git is not installed/)
  })
})

describe('npm install', () => {
  it('runs in the finished folder', async (t) => {
    const { cwd, env } = desk(t, { npm: 'echo "$PWD: $*" > "$PWD/called"' })
    const { code, err } = await runSource(['--no-git'], { cwd, env })
    assert.equal(code, 0, err)
    assert.match(
      readFileSync(join(cwd, 'my-app/called'), 'utf8'),
      /my-app: install --no-fund --no-audit/,
    )
  })

  for (const { name } of packageManagers) {
    it(`is one for development, whatever NODE_ENV says: ${name}`, async (t) => {
      const { home, cwd, env } = desk(t)
      writeFileSync(join(home, name), '#!/bin/sh\necho "$NODE_ENV: $*" > "$PWD/called"\n')
      chmodSync(join(home, name), 0o755)
      const args = ['--no-git', '--package-manager', name]
      const { code, err } = await runSource(args, { cwd, env: { ...env, NODE_ENV: 'production' } })
      assert.equal(code, 0, err)
      const called = readFileSync(join(cwd, 'my-app/called'), 'utf8')
      assert.match(called, /^development: install/)
      const flag = { npm: '--include=dev', pnpm: '--prod=false', yarn: '', bun: '' }[name]
      assert.ok(called.includes(flag), called)
    })
  }

  it('that fails keeps the files, says how to go on and ends with 5', async (t) => {
    const { cwd, env } = desk(t, { npm: 'echo no network >&2; exit 1' })
    const { code, out, err } = await runSource(['--no-git'], { cwd, env })
    assert.equal(code, 5)
    assert.match(err, /no network\n.*npm install failed.* cd my-app && npm install\n$/)
    assert.match(out, /^ {2}npm install$/m)
    assert.ok(existsSync(join(cwd, 'my-app/package.json')))
  })

  it('that is interrupted keeps the files and ends with 130', async (t) => {
    const { cwd, env } = desk(t, { npm: 'kill -TERM $PPID; exec sleep 60' })
    const { code, err } = await runSource(['--no-git'], { cwd, env })
    assert.equal(code, 130)
    assert.match(err, /my-app stay/)
    assert.ok(existsSync(join(cwd, 'my-app/package.json')))
  })
})

describe('a Ctrl-C half-way', () => {
  // Loaded before the command: the signal comes with the fifth file.
  const preload = (signal: string) =>
    `data:text/javascript,
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { writeFileSync } = fs
    let files = 0
    fs.writeFileSync = (...args) => {
      if (++files === 5) process.kill(process.pid, '${signal}')
      return writeFileSync(...args)
    }
    syncBuiltinESMExports()`.replaceAll('\n', ' ;')

  for (const [signal, dir] of [
    ['SIGINT', 'my-app'],
    ['SIGTERM', '.'],
    ['SIGINT', '@me/my-app'],
  ] as const) {
    it(`leaves nothing and ends with 130: ${signal}, ${dir}`, async (t) => {
      const { cwd, env } = desk(t)
      const here = join(cwd, 'shop')
      mkdirSync(here)
      const NODE_OPTIONS = `--import "${preload(signal)}"`
      const args = [dir, '--no-install', '--no-git']
      const { code, err } = await runSource(args, { cwd: here, env: { ...env, NODE_OPTIONS } })
      assert.equal(code, 130, err)
      assert.match(err, /^Interrupted: nothing was written\.\n$/)
      assert.deepEqual(listing(cwd), ['shop'])
    })
  }

  it('leaves nothing while git says whether it looks after .env', async (t) => {
    const { home, cwd, env } = desk(t)
    writeFileSync(join(home, 'git'), '#!/bin/sh\nkill -INT $PPID\nexec sleep 5\n')
    chmodSync(join(home, 'git'), 0o755)
    const here = join(cwd, 'shop')
    mkdirSync(join(here, '.git'), { recursive: true })
    writeFileSync(join(here, 'README.md'), 'mine')
    const args = ['.', '--on-conflict', 'skip', '--no-install', '--no-git']
    const { code, err } = await runSource(args, { cwd: here, env })
    assert.equal(code, 130, err)
    assert.match(err, /^Interrupted: nothing was written\.\n$/)
    assert.deepEqual(listing(here), ['.git', 'README.md'])
  })
})
