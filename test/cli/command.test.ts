import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'

const filesOnly = ['--no-install', '--no-git']
const secret = 'q7Lk2ZpVw9XbT4mRn8YsJd3HfGc6AeU1'

// What is typed, and words of the one line that says what is wrong and what to do.
const refusals: [string[], RegExp][] = [
  [['--stoer', 'redis'], /"--stoer".*--store/],
  [['-x'], /"-x".*--help/],
  [['--store', 'mongo'], /"mongo".*mongodb/],
  [['--store', 'nothing-like-it'], /"nothing-like-it".*choose one of .*sqlite.*memory/],
  [['--store'], /--store needs a value/],
  [['--store', '--yes'], /--store needs a value/],
  [['--yes=no'], /--yes.*no value/],
  [['one', 'two'], /"two".*one directory/],
  [['--store', 'redis', '-s', 'redis'], /-s is said twice/],
  [['--git', '--no-git'], /--git and --no-git contradict/],
  [['-y', '-y'], /-y is said twice/],
  [['--store', 'redis', 'switch'], /say switch first, or \.\/switch/],
  [['--yes', 'help'], /say help first, or \.\/help/],
  [['Shop'], /"Shop".*capital letters.*another/],
  [['my shop'], /"my shop".*another/],
  [['node_modules'], /"node_modules".*another/],
  [['http'], /"http".*core module/],
  [['con'], /"con".*Windows/],
  [['a'.repeat(215)], /214 characters/],
  [[''], /directory/],
  [['line\nbreak'], /"line\\nbreak"/],
  [['file'], /"file".*no folder/],
  [['full'], /"full".*not empty \("a", "b", "c", \.\.\.\)/],
  [['nowhere/shop'], /no folder .*nowhere/],
  [['file/shop'], /no folder .*file/],
  [['--aal', '2'], /unknown flag "--aal"/],
  [['--schema'], /unknown flag "--schema"/],
  [['--lifetime', '30'], /"30".*30m/],
  [['--lifetime', '0m'], /"0m"/],
  [['--lifetime', '1.5h'], /"1.5h"/],
  [['--lifetime', '59s'], /"59s".*1m to 400d/],
  [['--max-lifetime', '401d'], /"401d".*1m to 400d/],
  [['--lifetime', '2h', '--max-lifetime', '1h'], /2h.*longer.*1h/],
  [['--secret', 'hunter2hunter2'], /32 bytes.*openssl/],
  [['--secret', `${secret},${secret}`], /comma/],
  [['--secret', `${secret} `], /space/],
  [['--secret', `${secret}#`], /\.env/],
  [['--secret', 'change-me-change-me-change-me-1234567890'], /placeholder/],
  [['--secret', 'abcabcabcabcabcabcabcabcabcabcabcabc'], /repeats itself/],
  [['--secret', secret, '--secret-file', 'full/a'], /contradict/],
  [['--secret-file', 'absent'], /"absent".*ENOENT/],
]

// Where there is a file system that nobody can write to: macOS has none.
if (existsSync('/proc')) refusals.push([['/proc/shop'], /"\/proc".*another place/])

const isThere = /is there already|is not empty/

function folderWithThings(t: Parameters<typeof temporaryFolder>[0]): string {
  const cwd = temporaryFolder(t)
  mkdirSync(join(cwd, 'full'))
  for (const name of ['file', 'full/a', 'full/b', 'full/c', 'full/d']) {
    writeFileSync(join(cwd, name), secret)
  }
  return cwd
}

describe('invalid input', { concurrency: 4 }, () => {
  for (const [args, reason] of refusals) {
    it(`is refused in one line, and nothing is written: ${JSON.stringify(args)}`, async (t) => {
      const cwd = folderWithThings(t)
      const before = listing(cwd)
      const { code, err } = await runSource([...args, ...filesOnly], { cwd })
      assert.equal(code, isThere.test(err) ? 3 : 2, err)
      assert.match(err, /^create-sess-app: .*\n$/)
      assert.match(err, reason)
      assert.doesNotMatch(err, /hunter2|q7Lk2/)
      assert.deepEqual(listing(cwd), before)
    })
  }
})

describe('without a terminal', () => {
  it('nothing is asked, and what was taken is told with the flag that changes it', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, out, err } = await runSource(['--lifetime', '1d', ...filesOnly], { cwd })
    assert.equal(code, 0, err)
    assert.match(out, /directory +my-app/)
    assert.match(out, /store +sqlite +--store <name>/)
    assert.match(out, /max-lifetime +1d, to fit .* +--max-lifetime <time>/)
    const env = readFileSync(join(cwd, 'my-app/.env'), 'utf8')
    assert.match(env, /^SESSION_ABSOLUTE_SECONDS=86400$/m)
  })
})

describe('secrets', () => {
  it('go into .env, for its owner only, and are printed nowhere', async (t) => {
    const cwd = temporaryFolder(t)
    writeFileSync(join(cwd, 'secret'), `${secret}\n`)
    const given = ['--secret-file', 'secret', ...filesOnly]
    for (const args of [
      ['one', ...given],
      ['two', ...filesOnly],
    ]) {
      const { code, out, err } = await runSource(args, { cwd })
      assert.equal(code, 0, err)
      const file = join(cwd, args[0] ?? '', '.env')
      assert.equal(statSync(file).mode & 0o777, 0o600)
      const [, written = ''] = /^SESSION_SECRETS=(.+)$/m.exec(readFileSync(file, 'utf8')) ?? []
      assert.equal(written === secret, args[0] === 'one')
      assert.equal((out + err).includes(written), false)
    }
  })

  it('leave the development user with a password that only the terminal has seen', async (t) => {
    const cwd = temporaryFolder(t)
    const { out } = await runSource(['shop', ...filesOnly], { cwd })
    const [, password = ''] = /as dev with the password ([\w-]{16}) /.exec(out) ?? []
    assert.notEqual(password, '')
    const { dev } = JSON.parse(readFileSync(join(cwd, 'shop/data/users.json'), 'utf8'))
    assert.ok(Math.abs(Date.now() - dev.created) < 60_000, `created at ${dev.created}`)
    assert.equal(dev.sessionVersion, dev.created)
    for (const path of listing(join(cwd, 'shop'))) {
      const file = join(cwd, 'shop', path)
      if (statSync(file).isFile()) assert.equal(readFileSync(file).includes(password), false, path)
    }
  })
})
