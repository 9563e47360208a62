import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runSource, temporaryFolder } from '../command.ts'
import {
  addFiles as add,
  openProject,
  readAll,
  refused,
  succeed,
  writeProject,
} from './plain-project.ts'
import { makeApp } from './switched-app.ts'

/** Gives the sessions of a project another store. */
async function switchTo(cwd: string, store: string, ...more: string[]): Promise<void> {
  const args = ['switch', '--store', store, '--no-install', ...more]
  const { code, err } = await runSource(args, { cwd })
  assert.equal(code, 0, err)
}

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

  it('leads to switch where sessions of ours are in another store, and switch works there', async (test) => {
    const compose = 'docker-compose.yml'
    const folder = openProject(test)
    await add(folder, '--store', 'redis')
    for (const way of ['error', 'merge', 'skip']) {
      const told = await refused(folder, ['--store', 'sqlite', '--on-conflict', way], 3)
      assert.match(told, /has sessions in redis: "create-sess-app switch --store sqlite" in it/)
    }
    const secret = /^SESSION_SECRETS=.*$/m
    const before = readAll(folder)
    const text = (path: string) => readFileSync(join(folder, path), 'utf8')
    const [kept = ''] = secret.exec(text('.env')) ?? []
    await switchTo(folder, 'sqlite')
    assert.match(text('src/session/backend/index.ts'), /sqlite/)
    assert.match(text('.env'), /^SESSION_STORE_URL=sqlite:/m)
    assert.ok(text('.env').includes(kept))
    const fresh = openProject(test)
    await add(fresh, '--store', 'sqlite')
    assert.equal(text('package.json'), readFileSync(join(fresh, 'package.json'), 'utf8'))
    assert.ok(!readAll(folder).has(compose) && !readAll(folder).has('data/users.json'))
    await switchTo(folder, 'redis')
    for (const [path, bytes] of before) {
      if (path === '.gitignore') continue
      assert.equal(text(path), bytes.toString(), path)
    }
  })

  it('leaves packages of a project’s own and files that somebody has edited to a switch', async (test) => {
    const dependencies = { express: '5.3.0', redis: '^4.6.0' }
    const folder = openProject(test, { 'package.json': JSON.stringify({ dependencies }) })
    await add(folder, '--store', 'redis')
    const file = join(folder, 'src/session/backend/index.ts')
    writeFileSync(file, `// Mine.\n${readFileSync(file, 'utf8')}`)
    const args = ['switch', '--store', 'memory', '--no-install']
    const { code, err } = await runSource(args, { cwd: folder })
    assert.equal(code, 3)
    assert.match(err, /you have edited files .*: src\/session\/backend\/index\.ts/)
    await switchTo(folder, 'memory', '--on-conflict', 'overwrite')
    const now = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies
    assert.equal(now.redis, '^4.6.0')
  })

  it('sets the compiler option where it is told to, and where nobody has decided about it', async (test) => {
    for (const [config, isSet] of [
      ['{\n  // of ours\n  "compilerOptions": {\n    "target": "ES2023"\n  }\n}\n', true],
      ['{ "compilerOptions": { "rewriteRelativeImportExtensions": false } }', false],
      ['{ "extends": "./base.json" }', false],
    ] as const) {
      const files = { 'src/index.ts': 'express()', 'tsconfig.json': config }
      const folder = openProject(test, files)
      const { warnings } = await add(folder, '--store', 'memory', '--tsconfig')
      const now = readFileSync(join(folder, 'tsconfig.json'), 'utf8')
      assert.equal(/"rewriteRelativeImportExtensions": true,\n/.test(now), isSet)
      assert.equal(/rewriteRelative/.test(warnings.join()), !isSet)
      if (isSet) assert.ok(now.includes('"target": "ES2023"') && now.includes('// of ours'))
      else assert.equal(now, config)
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
