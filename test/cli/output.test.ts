import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runCommand, runSource, temporaryFolder } from '../command.ts'
import { withNpm } from './stub-npm.ts'

const filesOnly = ['--no-install', '--no-git']

describe('--quiet', { concurrency: 3 }, () => {
  it('prints the password, which cannot be had later, and nothing else', async (t) => {
    const cwd = temporaryFolder(t)
    const env = withNpm(t, 'echo loud; echo louder >&2')
    const { code, out, err } = await runSource(['-yq', '--no-git'], { cwd, env })
    assert.equal(code, 0)
    assert.match(out, /^Log in as dev with the password [\w-]{16} \(it is shown only now\)\.\n$/)
    assert.equal(err, '')
  })

  it('is not in the name of a store that is right behind its flag', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, out, err } = await runSource(['shop', '-ssqlite', ...filesOnly], { cwd })
    assert.equal(code, 0, err)
    assert.match(out, /\nNext:/)
    const quiet = await runSource(['other', '-qssqlite', ...filesOnly], { cwd })
    assert.match(quiet.out, /^Log in as dev .*\n$/)
  })

  it('prints errors', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, out, err } = await runSource(['-q', '--store', 'mongo'], { cwd })
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, /^create-sess-app: .*\n$/)
  })
})

describe('standard output', () => {
  it('may be closed by whoever reads it', async (t) => {
    const cwd = temporaryFolder(t)
    const main = join(import.meta.dirname, '../../cli/main.ts')
    const command = `"${process.execPath}" "${main}" shop --json ${filesOnly.join(' ')} | head -c 1; echo "\${PIPESTATUS[0]}"`
    const { out, err } = await runCommand('bash', ['-c', command], { cwd })
    assert.equal(out, '{0\n')
    assert.doesNotMatch(err, /EPIPE|Error/)
    assert.ok(readFileSync(join(cwd, 'shop/package.json'), 'utf8'))
  })

  it('may be closed before an interruption', async (t) => {
    const cwd = temporaryFolder(t)
    const env = withNpm(t, 'kill -INT $PPID; exec sleep 60')
    const main = join(import.meta.dirname, '../../cli/main.ts')
    const command = `"${process.execPath}" "${main}" --json --no-git | true; exit "\${PIPESTATUS[0]}"`
    const { code, err } = await runCommand('bash', ['-c', command], { cwd, env })
    assert.equal(code, 130)
    assert.doesNotMatch(err, /EPIPE|Error/)
  })
})

describe('what has to be said', { concurrency: 2 }, () => {
  for (const command of ['switch', 'add']) {
    it(`ends with 4 where there is nobody to ask, and names the flag: ${command}`, async (t) => {
      const cwd = temporaryFolder(t)
      if (command === 'switch') await runSource(['app', ...filesOnly], { cwd })
      else {
        mkdirSync(join(cwd, 'app'))
        writeFileSync(join(cwd, 'app/package.json'), '{ "dependencies": { "express": "5.3.0" } }')
      }
      const before = listing(cwd)
      for (const args of [
        [command, 'app'],
        [command, 'app', '--json'],
      ]) {
        const { code, err } = await runSource(args, { cwd })
        assert.equal(code, 4, err)
        assert.match(err, /^create-sess-app: --store is not said.*say --store <name>.*redis.*\n$/)
        assert.deepEqual(listing(cwd), before)
      }
    })
  }
})
