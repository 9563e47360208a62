import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runSource, temporaryFolder } from './command.ts'

describe('a command whose flags npm has taken', { concurrency: 3 }, () => {
  const env = { ...process.env, npm_command: 'exec', npm_config_store: 'true' }

  it('makes what was meant, and says so', async (t) => {
    const cwd = temporaryFolder(t)
    const args = ['shop', 'redis', '--no-install', '--no-git']
    const { code, out, err } = await runSource(args, { cwd, env })
    assert.equal(code, 0, err)
    assert.match(
      out,
      /^Note: npm took --store .* Better type: npm create sess-app shop -- .*--store redis$/m,
    )
    const record = JSON.parse(readFileSync(join(cwd, 'shop/.create-sess-app.json'), 'utf8'))
    assert.equal(record.options.store, 'redis')
  })

  it('writes nothing where one of them was --dry-run, and speaks JSON where one was --json', async (t) => {
    const cwd = temporaryFolder(t)
    const both = {
      ...env,
      npm_config_store: 'redis',
      npm_config_dry_run: 'true',
      npm_config_json: 'true',
    }
    const { code, out, err } = await runSource(['shop'], { cwd, env: both })
    assert.equal(code, 0, err)
    assert.equal(JSON.parse(out).dryRun, true)
    assert.deepEqual(listing(cwd), [])
  })

  it('ends with 2 where it is not certain, and writes nothing', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, err } = await runSource(['shop'], { cwd, env })
    assert.equal(code, 2)
    assert.match(
      err,
      /^create-sess-app: npm took --store .* Type: npm create sess-app shop -- --store <name>\n$/,
    )
    assert.deepEqual(listing(cwd), [])
  })
})
