import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../command.ts'
import {
  addFiles as add,
  openProject,
  readAll,
  refused,
  succeed,
  writeProject,
} from './plain-project.ts'
import { makeApp } from './switched-app.ts'

const manifest = JSON.stringify({ dependencies: { express: '^5.0.0' } })

describe('create-sess-app add, in a project as it finds it', () => {
  it('refuses a file in another encoding, which it could only spoil', async (test) => {
    for (const bytes of [
      Buffer.from('NAME=caf\xe9', 'latin1'),
      Buffer.from('\ufeffA=1', 'utf16le'),
    ]) {
      const folder = openProject(test)
      writeFileSync(join(folder, '.env'), bytes)
      assert.match(await refused(folder, ['--store', 'sqlite'], 2), /"\.env" is no text in UTF-8/)
    }
  })

  it('lets nobody else read a .env that it puts a secret into', async (test) => {
    const folder = openProject(test, { '.env': 'A=1\n' })
    await add(folder, '--store', 'sqlite')
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
  })

  it('puts the password of a server, of whatever characters, into its address', async (test) => {
    const line = "STORE_PASSWORD='p@ss/w#rd'\n"
    const folder = openProject(test, { '.env': line })
    await add(folder, '--store', 'redis')
    const env = readFileSync(join(folder, '.env'), 'utf8')
    assert.ok(env.includes(line))
    assert.equal(env.match(/STORE_PASSWORD=/g)?.length, 1)
    assert.match(env, /^SESSION_STORE_URL=redis:\/\/:p%40ss%2Fw%23rd@127\.0\.0\.1:6379$/m)
  })

  it('warns of a .env that would be committed with its secrets', async (test) => {
    const folder = openProject(test, { '.env': 'A=1\n' })
    await succeed(folder, 'git', 'init', '--quiet')
    const told = async () => (await add(folder, '--store', 'sqlite')).warnings.join()
    assert.equal(await told(), '')
    await succeed(folder, 'git', 'add', '--force', '.env')
    assert.match(await told(), /"git rm --cached \.env"/)
  })

  it('has nothing to do a second time, and says so', async (test) => {
    const folder = openProject(test)
    await add(folder, '--store', 'redis')
    const before = readAll(folder)
    const { notes } = await add(folder, '--store', 'redis')
    assert.match(notes.join(), /live in redis already/)
    assert.deepEqual(readAll(folder), before)
  })

  it('leaves package.json as it is where nothing is missing', async (test) => {
    const dependencies = { express: '^5.0.0', 'express-session': '1.19.0', '@msgpack/msgpack': '3' }
    const text = `{ "files": ["a", "b"], "dependencies": ${JSON.stringify(dependencies)} }`
    const folder = openProject(test, { 'package.json': text })
    await add(folder, '--store', 'memory')
    assert.equal(readFileSync(join(folder, 'package.json'), 'utf8'), text)
  })

  it('keeps out of git what it brings, and no folder that somebody may have', async (test) => {
    for (const [store, ignored] of [
      ['sqlite', '.env\ndata/sessions*\n'],
      ['redis', '.env\n'],
    ] as const) {
      const folder = openProject(test)
      await add(folder, '--store', store)
      assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), ignored)
    }
  })

  it('names no file for the lines that is not there', async (test) => {
    const elsewhere = openProject(test, { 'api/web.js': 'express()' })
    const { nextSteps } = await add(elsewhere, '--store', 'memory')
    assert.match(nextSteps.join(), /put into the file that calls express\(\) \(as from app\.js\), /)
  })

  it('says where a store of one’s own goes, and where sessions are until then', async (test) => {
    const { nextSteps } = await add(openProject(test), '--store', 'custom')
    assert.match(
      nextSteps.join('\n'),
      /src\/session\/backend\/custom-store\.ts; until then .* memory/,
    )
  })

  it('has nothing to add to an app of ours', async (test) => {
    const app = await makeApp(test, 'sqlite')
    assert.match(await refused(app.folder, ['--store', 'sqlite'], 2), /"create-sess-app switch"/)
  })

  it('says what TypeScript has to be told, and nothing where it knows', async (test) => {
    for (const [config, told] of [
      ['{ "compilerOptions": { "target": "ES2020", "lib": ["ES2020"] } }', /Extensions.*ES2022 or/],
      ['{ "compilerOptions": { "target": "ES2020", "lib": ["DOM", "ES2023"] } }', /sions": true$/],
      ['{ "compilerOptions": { "allowImportingTsExtensions": true } }', /^$/],
      [
        '{\n  // "allowImportingTsExtensions": true,\n  // "lib": [],\n  "target": "es2016" }',
        /Extensions.*ES2022 or/,
      ],
      ['', /^$/],
    ] as const) {
      const more = config ? { 'tsconfig.json': config } : {}
      const folder = openProject(test, { 'src/index.ts': 'express()', ...more })
      const { warnings } = await add(folder, '--store', 'memory', '--dry-run')
      assert.match(warnings.join('\n'), told)
    }
  })

  it('speaks of the package manager of the repository that the project is in', async (test) => {
    const root = temporaryFolder(test)
    const folder = join(root, 'packages/web')
    writeProject(root, { 'pnpm-lock.yaml': '', 'packages/web/package.json': manifest })
    const { nextSteps } = await add(folder, '--store', 'memory')
    assert.equal(nextSteps[0], 'pnpm install')
  })
})
