import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { listing, runCommand, runSource, temporaryFolder } from '../command.ts'

const script = join(import.meta.dirname, '../../scripts/reference.ts')
const secret = ['.env', 'data', join('data', 'users.json')]
const { npm_config_user_agent: _manager, ...env } = process.env

describe('npm run reference', () => {
  const cwd = temporaryFolder({ after })
  const shown = join(cwd, 'reference')

  before(async () => {
    const { code, err } = await runCommand(process.execPath, [script, shown], { cwd })
    assert.equal(code, 0, err)
  })

  it('shows an app with each store, and the quickstart alone', () => {
    const stores = listStores(templateFiles()).map(({ name }) => name)
    const folders = listing(shown).filter((path) => !/[\\/]/.test(path))
    assert.deepEqual(folders, [...stores, 'minimal'].sort())
  })

  for (const [name, ...flags] of [
    ['redis', '--store', 'redis'],
    ['sqlite', '--store', 'sqlite'],
    ['minimal', '--minimal'],
  ]) {
    it(`shows what "create-sess-app ${name} ${flags.join(' ')}" makes, secrets aside`, async () => {
      const args = [name ?? '', ...flags, '--no-install', '--no-git', '--yes']
      const made = await runSource(args, { cwd, env })
      assert.equal(made.code, 0, made.err)
      const app = join(cwd, name ?? '')
      const reference = join(shown, name ?? '')
      const paths = listing(app).filter((path) => !secret.includes(path))
      assert.deepEqual(listing(reference), paths)
      for (const path of paths) {
        const [file, copy] = [join(app, path), join(reference, path)]
        if (statSync(file).isDirectory()) continue
        assert.equal(readFileSync(copy, 'utf8'), readFileSync(file, 'utf8'), path)
        assert.equal(statSync(copy).mode, statSync(file).mode, path)
      }
    })
  }

  it('shows no secret: what has one is made in a copy', () => {
    const found = listing(shown).filter((path) => /(^|[\\/])(\.env|data)($|[\\/])/.test(path))
    assert.deepEqual(found, [])
  })
})
