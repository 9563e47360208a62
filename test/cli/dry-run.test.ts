import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'

const secret = 'q7Lk2ZpVw9XbT4mRn8YsJd3HfGc6AeU1'

/** A folder with files of somebody, and commands that must not run. */
function desk(t: TestContext) {
  const cwd = temporaryFolder(t)
  const bin = temporaryFolder(t)
  for (const name of ['npm', 'git']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$*" >> "${cwd}/called"\n`)
    chmodSync(join(bin, name), 0o755)
  }
  mkdirSync(join(cwd, 'full'))
  writeFileSync(join(cwd, 'full/README.md'), 'first\n# full\nlast\n')
  writeFileSync(join(cwd, 'full/.env'), `SESSION_SECRETS=${secret}\n`)
  writeFileSync(join(cwd, 'full/.env.local'), `SESSION_SECRETS=${secret}\n`)
  return { cwd, env: { ...process.env, PATH: bin + delimiter + process.env.PATH } }
}

const untouched = ['full', 'full/.env', 'full/.env.local', 'full/README.md']

describe('--dry-run', { concurrency: 3 }, () => {
  it('shows each file with its size, says no password, and writes and runs nothing', async (t) => {
    const { cwd, env } = desk(t)
    const { code, out } = await runSource(['shop', '--dry-run'], { cwd, env })
    assert.equal(code, 0)
    assert.match(out, /Dry run, nothing was written: \d+ files, \d+ kB, in shop\n/)
    assert.match(out, /^├── src\/ +\d+ files +\d+ kB$/m)
    assert.match(out, /^│ {3}[├└]── server\.ts +[\d.]+ kB$/m)
    assert.doesNotMatch(out, /with the password| {2}created/)
    assert.match(out, /For real: npx create-sess-app@\S+ shop --store sqlite/)
    assert.deepEqual(listing(cwd), untouched)
  })

  it('ends with 3 where the real run would, and shows a diff of what is in the way, but no secret', async (t) => {
    const { cwd, env } = desk(t)
    const { code, out, err } = await runSource(['full', '-n'], { cwd, env })
    assert.equal(code, 3)
    assert.match(out, /^├── README\.md +18 B {2}conflict$/m)
    assert.match(out, /^├── package\.json .* created$/m)
    assert.match(out, /^--- there\/README\.md\n\+\+\+ new\/README\.md\n@@/m)
    assert.match(out, /^-first\n/m)
    assert.match(out, /^\.env differs, and is not shown as it may hold secrets$/m)
    assert.match(out, /--on-conflict skip, merge or overwrite/)
    assert.equal((out + err).includes(secret), false)
    assert.doesNotMatch(out, /^[-+]{3} .*\.env$/m)
    assert.deepEqual(listing(cwd), untouched)
  })

  for (const [manager, path] of [
    ['yarn', '.yarnrc.yml'],
    ['bun', 'bunfig.toml'],
  ] as const) {
    it(`shows nothing of the file where ${manager} keeps tokens`, async (t) => {
      const { cwd, env } = desk(t)
      writeFileSync(join(cwd, 'full', path), `token: ${secret}\n`)
      const args = ['full', '-n', '--package-manager', manager]
      const { out, err } = await runSource(args, { cwd, env })
      assert.ok(out.includes(`${path} differs, and is not shown`), out)
      assert.equal((out + err).includes(secret), false)
    })
  }

  it('ends with 3 where files would be in the way that are none of the app', async (t) => {
    const { cwd, env } = desk(t)
    mkdirSync(join(cwd, 'other'))
    writeFileSync(join(cwd, 'other/notes.txt'), 'mine')
    const { code } = await runSource(['other', '-n'], { cwd, env })
    assert.equal(code, 3)
  })

  for (const [way, readme] of [
    ['skip', 'kept'],
    ['merge', 'kept'],
    ['overwrite', 'replaced'],
  ]) {
    it(`says what would become of the files: ${way}`, async (t) => {
      const { cwd, env } = desk(t)
      const args = ['full', '-n', '--json', '--on-conflict', `${way}`]
      const { code, out, err } = await runSource(args, { cwd, env })
      assert.equal(code, 0, err)
      const { files, dryRun, login } = JSON.parse(out)
      const find = (name: string) => files.find(({ path }: { path: string }) => path === name)
      assert.equal(dryRun, true)
      assert.equal(login, undefined)
      assert.equal(find('README.md').what, readme)
      assert.match(find('README.md').diff, /^-first$/m)
      assert.equal(find('.env').what, { skip: 'kept', merge: 'merged' }[`${way}`] ?? 'replaced')
      assert.equal(find('.env').diff, undefined)
      assert.equal(out.includes(secret), false)
      assert.equal(readFileSync(join(cwd, 'full/README.md'), 'utf8'), 'first\n# full\nlast\n')
      assert.deepEqual(listing(cwd), untouched)
    })
  }

  it('lists the files that the real run writes', async (t) => {
    const { cwd, env } = desk(t)
    const args = ['shop', '--store', 'redis', '--json', '--no-install', '--no-git']
    const dry = JSON.parse((await runSource([...args, '--dry-run'], { cwd, env })).out)
    const real = JSON.parse((await runSource(args, { cwd, env })).out)
    assert.deepEqual(dry.files, real.files)
    assert.equal(dry.command, real.command)
  })
})
