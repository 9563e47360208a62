import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'
import { withNpm } from './stub-npm.ts'

const filesOnly = ['--no-install', '--no-git']

describe('--json', { concurrency: 3 }, () => {
  it('prints one object with the files, what to do next and the login, and the rest on standard error', async (t) => {
    const cwd = temporaryFolder(t)
    const args = ['shop', '--store', 'redis', '--json', ...filesOnly]
    const { code, out, err } = await runSource(args, { cwd })
    assert.equal(code, 0, err)
    const { files, login, ...rest } = JSON.parse(out)
    assert.deepEqual(
      files.map(({ path }: { path: string }) => path),
      listing(join(cwd, 'shop')).filter((path) => statSync(join(cwd, 'shop', path)).isFile()),
    )
    for (const { path, bytes, what } of files) {
      assert.equal(statSync(join(cwd, 'shop', path)).size, bytes, path)
      assert.equal(what, 'created')
    }
    const { user, password, address } = login
    assert.deepEqual([user, password.length, address], ['dev', 16, 'http://localhost:3000'])
    assert.equal(rest.exitCode, 0)
    assert.equal(rest.dryRun, false)
    assert.equal(rest.folder, join(cwd, 'shop'))
    assert.deepEqual(rest.warnings, [])
    assert.deepEqual(rest.nextSteps.slice(0, 2), ['cd shop', 'npm install'])
    assert.match(rest.nextSteps[2], /^docker compose up -d --wait {2}# starts redis:/)
    assert.match(rest.command, /^npx create-sess-app@\S+ shop --store redis .*--no-install/)
    assert.match(err, /^Defaults taken/)
  })

  it('prints one object for an error, with its exit code', async (t) => {
    const { code, out, err } = await runSource(['--json', '--store', 'mongo'], {
      cwd: temporaryFolder(t),
    })
    assert.equal(code, 2)
    const { error, exitCode } = JSON.parse(out)
    assert.equal(exitCode, 2)
    assert.match(error, /"mongo".*mongodb/)
    assert.equal(err, `create-sess-app: ${error}\n`)
  })

  it('prints one object for what is only asked', async (t) => {
    const cwd = temporaryFolder(t)
    for (const [flag, name] of [
      ['--help', 'help'],
      ['--version', 'version'],
      ['--list-stores', 'stores'],
    ] as const) {
      const { code, out, err } = await runSource([flag, '--json'], { cwd })
      assert.deepEqual([code, err], [0, ''])
      assert.deepEqual(Object.keys(JSON.parse(out)), [name, 'exitCode'])
    }
  })

  it('prints one object to whoever gives the switch a value', async (t) => {
    const { code, out } = await runSource(['--json=true'], { cwd: temporaryFolder(t) })
    assert.equal(code, 2)
    assert.match(JSON.parse(out).error, /^--json is a switch/)
  })

  it('prints one object when the install fails, with the command to type', async (t) => {
    const cwd = temporaryFolder(t)
    const env = withNpm(t, 'echo loud; echo no network >&2; exit 1')
    const { code, out, err } = await runSource(['--json', '--no-git'], { cwd, env })
    assert.equal(code, 5)
    const { error, exitCode, nextSteps } = JSON.parse(out)
    assert.equal(exitCode, 5)
    assert.match(error, /npm install failed.*cd my-app && npm install/)
    assert.deepEqual(nextSteps.slice(0, 2), ['cd my-app', 'npm install'])
    assert.match(err, /no network/)
  })

  it('prints one object when it is interrupted', async (t) => {
    const cwd = temporaryFolder(t)
    const env = withNpm(t, 'kill -INT $PPID; exec sleep 60')
    const { code, out, err } = await runSource(['--json', '--no-git'], { cwd, env })
    assert.equal(code, 130)
    assert.equal(JSON.parse(out).exitCode, 130)
    assert.match(err, /The password of dev is/)
  })
})
