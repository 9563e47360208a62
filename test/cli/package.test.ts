import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createGenerator } from '../../generators/create.ts'
import { runGenerator } from '../../generators/plop.ts'
import { renderedFiles } from '../../generators/template/compose.ts'
import { publishedNames, subtree, templateFiles, textOf } from '../../generators/template/tree.ts'
import { succeed as run } from '../apps/packed.ts'
import { listing, runCommand, temporaryFolder } from '../command.ts'
import { installPackage, nodeOf } from './installed.ts'

const root = join(import.meta.dirname, '../..')
const sizeLimit = 350_000
const folder = temporaryFolder({ after })
const installed = join(folder, 'node_modules/create-sess-app')
const filesOnly = ['--yes', '--no-install', '--no-git']
let tarball = ''

const succeed = (command: string, args: string[], cwd = folder) => run(command, args, cwd)

before(async () => {
  tarball = (await installPackage(folder)).tarball
})

describe('the published package', () => {
  it(`is smaller than ${sizeLimit} bytes`, () => {
    assert.ok(statSync(tarball).size < sizeLimit, `${statSync(tarball).size} bytes`)
  })

  it('brings nothing but itself, with the licences of what is in it', () => {
    const names = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    assert.deepEqual(names, ['create-sess-app'])
    assert.deepEqual(readdirSync(join(installed, 'dist')).sort(), [
      'LICENSES.txt',
      'create-sess-app.cjs',
      'main.cjs',
      'plop.cjs',
      'plop.d.cts',
      'template',
      'types.json',
    ])
    const licences = readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')
    for (const name of [
      '@clack/prompts',
      'node-plop',
      'leven',
      'diff',
      'tinyexec',
      'package-manager-detector',
    ]) {
      assert.match(licences, new RegExp(`^${name} \\d.*\\n\\n[\\s\\S]{300}`, 'm'))
    }
  })

  it('has a template that can be read file by file', () => {
    const names = new Map(Object.entries(publishedNames))
    for (const [path, { bytes }] of templateFiles()) {
      const parts = path.split('/').map((part) => names.get(part) ?? part)
      const file = join(installed, 'dist/template', ...parts)
      assert.ok(readFileSync(file).equals(bytes), `${path} is another file in the package`)
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
      if (['package.json', '.env.example', ...renderedFiles].includes(path)) continue
      const file = join(folder, 'shop', path)
      assert.equal(readFileSync(file, 'utf8'), textOf(app, path), path)
      assert.equal(statSync(file).mode & 0o111, mode & 0o111, path)
    }
  })

  it('fills names in as Handlebars does, which is not in it', async (t) => {
    const usual = { minimal: false, lifetime: '30m', maxLifetime: '12h', permanent: false }
    const answers = { ...usual, dir: 'prose', store: 'redis' }
    const { tree } = await runGenerator(createGenerator, answers, { cwd: temporaryFolder(t) })
    const bin = join(installed, 'dist/create-sess-app.cjs')
    await succeed(process.execPath, [bin, 'prose', '--store', 'redis', ...filesOnly])
    for (const path of renderedFiles) {
      assert.equal(readFileSync(join(folder, 'prose', path), 'utf8'), textOf(tree, path), path)
    }
  })

  it('gives its generators to the plopfile of another repository', async () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    const plopfile = "import register from 'create-sess-app/plop'\nexport default register\n"
    writeFileSync(join(other, 'plopfile.mjs'), plopfile)
    writeFileSync(join(other, 'package.json'), '{ "dependencies": { "express": "5.3.0" } }')
    const plop = join(root, 'node_modules/plop/bin/plop.js')
    // Plop speaks on standard error.
    const run = (...args: string[]) => runCommand(process.execPath, [plop, ...args], { cwd: other })
    const added = await run('add', '.', 'redis')
    assert.equal(added.code, 0, added.err)
    assert.match(added.err, /put into .*app\.js/)
    assert.match(readFileSync(join(other, 'src/session/backend/index.ts'), 'utf8'), /redis/)
    const made = await run('app', 'shop', 'memory', 'no', '2h', '1d', 'no', 'npm')
    assert.equal(made.code, 0, made.err)
    assert.ok(existsSync(join(other, 'shop/src/server.ts')))
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
    assert.ok(existsSync(join(cwd, 'shop/src/session/backend/index.ts')))
  })

  // What is typed behind "npm create sess-app" without a --, and what has to be typed.
  const withoutDashes: [string[], string][] = [
    [['one', '--store=redis', '--no-git'], 'one -- --store redis --no-git'],
    [['two', '--store', 'redis'], 'two -- --store redis'],
    [['three', '--store', 'redis', '--lifetime', '20m'], 'three -- --store redis --lifetime 20m'],
    [['four', '--minimal'], 'four -- --minimal'],
  ]
  for (const [args, expected] of withoutDashes) {
    it(`says what to type: npm exec ${args.join(' ')}`, async (t) => {
      const cwd = temporaryFolder(t)
      const typed = ['exec', '--yes', `file:${tarball}`, ...args]
      const { code, err } = await runCommand('npm', typed, { cwd })
      assert.equal(code, 2, err)
      assert.ok(err.trimEnd().endsWith(`Type: npm create sess-app ${expected}`), err)
      assert.deepEqual(listing(cwd), [])
    })
  }

  const { platform, arch } = process
  const isHere = platform === 'linux' && arch === 'x64'
  const skip = !isHere && 'there are these versions of Node for linux-x64 only'

  it('says in one line that Node 18 is too old', { skip }, async () => {
    const node = await nodeOf('18.20.8')
    const args = [join(installed, 'dist/create-sess-app.cjs'), 'shop18']
    const { code, out, err } = await runCommand(node, args, { cwd: folder })
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(err, /^create-sess-app: Node 18\.20\.8 is too old: install Node 20\.12.*\n$/)
  })
})
