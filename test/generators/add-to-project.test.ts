import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { temporaryFolder } from '../command.ts'
import {
  addFiles as add,
  linesOf,
  openProject,
  readAll,
  refused,
  writeProject,
} from './plain-project.ts'

const withMain = JSON.stringify({ main: 'lib/web.cjs', dependencies: { express: '5.3.0' } })

describe('create-sess-app add', () => {
  it('needs a project, and Express in it', async (test) => {
    const folder = temporaryFolder(test)
    assert.match(await refused(folder, ['--store', 'sqlite'], 2), /there is no package\.json in/)
    writeProject(folder, { 'package.json': '{}' })
    assert.match(await refused(folder, ['--store', 'sqlite'], 2), /npm install express/)
    writeProject(folder, { 'package.json': 'null' })
    assert.match(await refused(folder, ['--store', 'sqlite'], 2), /holds no JSON object/)
  })

  it('needs to know the store, which it does not guess', async (test) => {
    assert.match(await refused(openProject(test), [], 4), /--store is not said.*redis/)
    assert.match(await refused(openProject(test), ['--store', 'redsi'], 2), /did you mean redis/)
  })

  it('leaves somebody’s own src/session alone, and names what is in the way', async (test) => {
    const mine = openProject(test, {
      'src/session/mine.js': 'mine',
      'src/session/backend/index.ts': 'mine',
    })
    const told = await refused(mine, ['--store', 'sqlite'], 3)
    assert.match(told, /src\/session\/backend\/index\.ts.*src\/session\/mine\.js/)
    await add(mine, '--store', 'sqlite', '--on-conflict', 'skip')
    assert.equal(readFileSync(join(mine, 'src/session/backend/index.ts'), 'utf8'), 'mine')
    await add(mine, '--store', 'sqlite', '--on-conflict', 'overwrite')
    assert.match(readFileSync(join(mine, 'src/session/backend/index.ts'), 'utf8'), /sqlite/)
    assert.equal(readFileSync(join(mine, 'src/session/mine.js'), 'utf8'), 'mine')
  })

  it('writes nothing in a dry run, and says what it would', async (test) => {
    const folder = openProject(test)
    const before = readAll(folder)
    const { files } = await add(folder, '--store', 'redis', '--dry-run')
    assert.deepEqual(readAll(folder), before)
    const what = new Map(files.map((file) => [file.path, file.what]))
    assert.equal(what.get('package.json'), 'merged')
    assert.equal(what.get('src/session/backend/index.ts'), 'created')
  })

  it('adds to files that are there, and takes nothing away from them', async (test) => {
    const folder = openProject(test, {
      '.env': 'NODE_ENV=test\nSTORE_PASSWORD=hunter2hunter2',
      '.gitignore': '/data\nnode_modules',
    })
    await add(folder, '--store', 'redis')
    const text = (path: string) => readFileSync(join(folder, path), 'utf8')
    const env = parseEnv(text('.env'))
    assert.equal(env.NODE_ENV, 'test')
    assert.equal(env.SESSION_STORE_URL, 'redis://:hunter2hunter2@127.0.0.1:6379')
    assert.match(env.SESSION_SECRETS ?? '', /^[\w-]{43}$/)
    assert.ok(!text('.env.example').includes(env.SESSION_SECRETS ?? ''))
    assert.equal(text('.gitignore'), '/data\nnode_modules\n.env\n')
    assert.match(text('package.json'), /^ {4}"dependencies": \{\n {8}"@msgpack/m)
  })

  it('makes each project a secret of its own, for its owner’s eyes', async (test) => {
    const secrets = []
    for (const folder of [openProject(test), openProject(test)]) {
      await add(folder, '--store', 'memory')
      assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
      secrets.push(parseEnv(readFileSync(join(folder, '.env'), 'utf8')).SESSION_SECRETS)
    }
    assert.notEqual(secrets[0], secrets[1])
  })

  it('does not touch a file that starts other servers, and says what to add to it', async (test) => {
    const compose = 'services:\n  mail:\n    image: mail\n'
    const folder = openProject(test, { 'compose.yaml': compose })
    const { warnings } = await add(folder, '--store', 'redis')
    assert.equal(readAll(folder).get('compose.yaml')?.toString(), compose)
    assert.match(warnings.join('\n'), /compose\.yaml stays as it is[\s\S]*image: redis:/)
  })

  it('tells how to make a table that the store does not make by itself', async (test) => {
    const { nextSteps } = await add(openProject(test), '--store', 'dynamodb')
    assert.match(nextSteps.join('\n'), /^node .*await sessions\.prepare\(\)/m)
    const compiled = { 'tsconfig.json': '{"compilerOptions":{"module":"commonjs"}}' }
    const there = await add(openProject(test, compiled), '--store', 'dynamodb')
    assert.match(there.nextSteps.join('\n'), /^make its table once, .*await sessions\.prepare\(\)/m)
  })

  it('says the address of the store where .env has that of another', async (test) => {
    const folder = openProject(test)
    await add(folder, '--store', 'redis')
    const { warnings } = await add(folder, '--store', 'mongodb', '--on-conflict', 'overwrite')
    assert.match(warnings.join('\n'), /for redis, and it stays: .* SESSION_STORE_URL=mongodb:/)
  })

  for (const [kind, path, files] of [
    ['import', './session/sessions.ts', { 'src/server.mjs': 'express()' }],
    ['import', './src/session/sessions.ts', { 'index.js': "import express from 'express'" }],
    ['require', '../src/session/sessions.ts', { 'lib/web.cjs': '', 'package.json': withMain }],
    ['require', './src/session/sessions.ts', {}],
  ] as const) {
    it(`writes ${kind} ${path} where the app is ${Object.keys(files)[0] ?? 'nowhere'}`, async (test) => {
      const [bring] = linesOf(await add(openProject(test, files), '--store', 'memory', '--dry-run'))
      assert.ok(bring.startsWith(kind === 'import' ? 'import' : 'const') && bring.includes(path))
    })
  }
})
