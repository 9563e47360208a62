import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { keys, openTerminal } from '../cli/terminal.ts'
import { listing, runCommand, temporaryFolder } from '../command.ts'
import { writeProject } from './plain-project.ts'

const cwd = join(import.meta.dirname, '../..')
const plop = join(cwd, 'node_modules/plop/bin/plop.js')
const run = (...args: string[]) => runCommand(process.execPath, [plop, ...args], { cwd })

describe('npx plop app', () => {
  it('makes the same app from the same answers', async (t) => {
    const target = join(temporaryFolder(t), 'shop')
    const { code, out, err } = await run('app', target, 'sqlite', 'no', '2h', '1d', 'yes', 'pnpm')
    assert.equal(code, 0, out + err)
    assert.match(readFileSync(join(target, '.env'), 'utf8'), /^SESSION_IDLE_SECONDS=7200$/m)
    assert.ok(existsSync(join(target, 'pnpm-workspace.yaml')))
  })
})

describe('npx plop app, as a way in', () => {
  it('says the next steps and the login, as the command does', async (t) => {
    const target = join(temporaryFolder(t), 'shop')
    const { out, err } = await run('app', target, 'redis', 'no', '2h', '1d', 'yes', 'pnpm')
    const told = out + err
    assert.match(told, /Log in as dev with the password [\w-]{16} \(it is shown only now\)/)
    assert.match(told, /cd \S+shop\n {2}pnpm install\n {2}docker compose up .*\n {2}pnpm run dev\n/)
    assert.match(told, /and open http:\/\/localhost:3000/)
    assert.doesNotMatch(told, /copyTree/)
  })

  for (const answers of [[], ['shop', 'redis'], ['shop', 'redis', 'no', '2h', '1d', 'no']]) {
    it(`ends with 4 and one line where nobody can be asked: ${answers.join(' ')}`, async (t) => {
      const dest = temporaryFolder(t)
      const { code, out, err } = await run('--dest', dest, 'app', ...answers)
      assert.equal(code, 4, out + err)
      assert.match(
        err,
        /^create-sess-app: <\w+> is not answered, .*npx plop app <dir> <store> .*\n$/,
      )
      assert.deepEqual(listing(dest), [])
    })
  }
})

describe('npx plop', () => {
  it('ends with 4 and one line that names the generators where nobody can be asked', async (t) => {
    const dest = temporaryFolder(t)
    const { code, err } = await run('--dest', dest)
    assert.equal(code, 4, err)
    assert.match(
      err,
      /^create-sess-app: no generator is named, .*npx plop app \| switch \| add \| update \| store\n$/,
    )
    assert.deepEqual(listing(dest), [])
  })
})

describe('npx plop add', () => {
  it('says all that is left to do', async (t) => {
    const manifest = JSON.stringify({ dependencies: { express: '5.3.0' } })
    const project = writeProject(temporaryFolder(t), { 'package.json': manifest })
    const { code, out, err } = await run('add', project, 'redis')
    assert.equal(code, 0, out + err)
    const expected =
      /npm install\n *put into[\s\S]*app\.use\(sessions\.middleware\)\n *docker compose up/
    assert.match(out + err, expected)
  })
})

describe('npx plop store', () => {
  const make = async (test: TestContext, ...answers: string[]) => {
    const dest = temporaryFolder(test)
    return { dest, ...(await run('--dest', dest, 'store', ...answers)) }
  }

  it('makes the folder of a store, and says what to run next', async (test) => {
    const { dest, code, err } = await make(test, 'key-ring', 'On a ring', 'container, connect')
    assert.equal(code, 0, err)
    assert.match(err, /npm run lists[\s\S]*--store=key-ring/)
    const folder = join(dest, 'template/stores/key-ring')
    assert.deepEqual(
      listing(folder).filter((path) => path.includes('.')),
      [
        ...['.env.example', 'README.md', 'package.json'],
        ...['src/session/backend/index.ts', 'test/backend.ts'],
      ],
    )
    const { name, store } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    assert.equal(name, '@create-sess-app/key-ring')
    assert.deepEqual(store.extends, ['container', 'connect'])
    const backend = readFileSync(join(folder, 'src/session/backend/index.ts'), 'utf8')
    assert.match(backend, /'keyring:'/)
    assert.match(backend, /=> \{\n {2}\/\/ Put your backend here/)
    assert.match(readFileSync(join(folder, 'test/backend.ts'), 'utf8'), /'keyring:'/)
  })

  it('has no description of its own for who gives none', async (test) => {
    const args = ['--dest', temporaryFolder(test), 'store', 'key-ring']
    const terminal = openTerminal(args, { cwd, program: plop })
    await terminal.sees(/Where it keeps sessions/)
    terminal.type(keys.enter)
    await terminal.sees(/"" describes no store/)
    terminal.type(keys.stop)
    await terminal.ended
  })

  for (const [answers, why] of [
    [['redis', 'On a ring', ''], /"redis" is taken/],
    [['app', 'On a ring', ''], /"app" is taken/],
    [['Key_Ring', 'On a ring', ''], /"Key_Ring" is no name of a store/],
    [['../ring', 'On a ring', ''], /"\.\.\/ring" is no name of a store/],
    [['ring', ' ', ''], /describes no store/],
    [['ring', 'On a ring', 'nil'], /"nil" cannot be extended/],
  ] as const) {
    it(`refuses ${answers.join(', ')}`, async (test) => {
      const { dest, code, out, err } = await make(test, ...answers)
      assert.notEqual(code, 0)
      assert.match(out + err, why)
      assert.ok(!existsSync(join(dest, 'template')))
    })
  }
})
