import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runCommand, runSource, temporaryFolder } from '../command.ts'
import { withDisk } from '../generators/disk.ts'

const filesOnly = ['--no-install', '--no-git']

const nameIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name

/** What is to be typed next, up to the command that would start the app. */
function stepsIn(out: string): string[] {
  const [, steps = ''] = /\nNext:\n([\s\S]*?)and open/.exec(out) ?? []
  return steps.trim().split(/\n\s*/)
}

describe('an app', { concurrency: 3 }, () => {
  it('can be made in a folder with spaces, and the command printed makes it again', async (t) => {
    const cwd = join(temporaryFolder(t), 'my own folder')
    mkdirSync(join(cwd, "Ada's apps"), { recursive: true })
    const target = "Ada's apps/shop"
    const { code, out, err } = await runSource([target, ...filesOnly], { cwd })
    assert.equal(code, 0, err)
    assert.equal(nameIn(join(cwd, target)), 'shop')
    const [cd = ''] = stepsIn(out)
    const { out: there } = await runCommand('sh', ['-c', `${cd} && pwd`], { cwd })
    assert.equal(there, `${join(cwd, target)}\n`)
    const [, again = ''] = /The same again: npx create-sess-app@\S+ (.*)/.exec(out) ?? []
    const main = join(import.meta.dirname, '../../cli/main.ts')
    const command = `"${process.execPath}" "${main}" ${again}`
    const second = await runCommand('sh', ['-c', command], { cwd })
    assert.equal(second.code, 3, second.err)
    assert.match(second.err, /"Ada's apps\/shop" is not empty/)
  })

  it('can be made where one is', async (t) => {
    const cwd = join(temporaryFolder(t), 'shop')
    mkdirSync(join(cwd, '.git'), { recursive: true })
    writeFileSync(join(cwd, 'LICENSE'), 'mine')
    const { code, out, err } = await runSource(['.', ...filesOnly], { cwd })
    assert.equal(code, 0, err)
    assert.equal(nameIn(cwd), 'shop')
    assert.deepEqual(stepsIn(out), ['npm install', 'npm run dev'])
    assert.equal(readFileSync(join(cwd, 'LICENSE'), 'utf8'), 'mine')
  })

  it('can have a name with a scope', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, out, err } = await runSource(['@me/shop', ...filesOnly], { cwd })
    assert.equal(code, 0, err)
    assert.equal(nameIn(join(cwd, '@me/shop')), '@me/shop')
    assert.equal(stepsIn(out)[0], 'cd @me/shop')
  })

  it('can have the name of a command, by its path', async (t) => {
    const cwd = temporaryFolder(t)
    for (const dir of [['./switch'], ['--', 'add']]) {
      const { code, out, err } = await runSource([...filesOnly, ...dir], { cwd })
      assert.equal(code, 0, err)
      assert.match(out, /again: npx create-sess-app@\S+ \.\/(add|switch) /)
    }
    for (const name of ['switch', 'add']) {
      assert.ok(existsSync(join(cwd, name, 'package.json')))
      const record = readFileSync(join(cwd, name, '.create-sess-app.json'), 'utf8')
      assert.match(JSON.parse(record).command, new RegExp(`^npx create-sess-app@\\S+ \\./${name} `))
    }
  })

  it('cannot be made in a folder that is read only: one line, exit code 2', async (t) => {
    const disk = join(temporaryFolder(t), 'shop')
    mkdirSync(disk)
    await withDisk(t, { at: disk, options: 'ro' }, async () => {
      for (const dir of ['app', '.']) {
        const { code, out, err } = await runSource([dir, ...filesOnly], { cwd: disk })
        assert.equal(code, 2, err)
        assert.match(err, /^create-sess-app: .*cannot be written to.*another place.*\n$/)
        assert.doesNotMatch(out, /password/)
      }
    })
  })

  it('cannot be made in a folder that cannot be read: one line, exit code 2', async (t) => {
    const cwd = temporaryFolder(t)
    chmodSync(cwd, 0o755)
    mkdirSync(join(cwd, 'shop'))
    chmodSync(join(cwd, 'shop'), 0o333)
    const main = join(import.meta.dirname, '../../cli/main.ts')
    // Root reads everything.
    const asNobody = ['setpriv', '--reuid=65534', '--clear-groups']
    const [command = '', ...args] = [
      ...(process.getuid?.() === 0 ? asNobody : []),
      ...[process.execPath, main, 'shop', ...filesOnly],
    ]
    const { code, err } = await runCommand(command, args, { cwd })
    assert.equal(code, 2, err)
    assert.match(err, /^create-sess-app: the folder ".*shop" cannot be read: choose another.*\n$/)
  })

  it('cannot be made on a full disk: one line, exit code 1, nothing left', async (t) => {
    const disk = temporaryFolder(t)
    await withDisk(t, { at: disk }, async () => {
      mkdirSync(join(disk, 'there'))
      writeFileSync(join(disk, 'there/README.md'), 'mine')
      const before = listing(disk)
      for (const dir of ['shop', 'there']) {
        const args = [dir, '--on-conflict', 'overwrite', ...filesOnly]
        const { code, out, err } = await runSource(args, { cwd: disk })
        assert.equal(code, 1, err)
        assert.match(
          err,
          /^create-sess-app: there is no room left.*ENOSPC.*nothing was written.*\n$/,
        )
        assert.doesNotMatch(out, /password/)
        assert.deepEqual(listing(disk), before)
      }
      assert.equal(readFileSync(join(disk, 'there/README.md'), 'utf8'), 'mine')
    })
  })
})
