import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { parseEnv } from 'node:util'
import { findLacking } from '../generators/add/dependencies.ts'
import { readProject } from '../generators/add/project.ts'
import { templateFiles } from '../generators/template.ts'
import { textOf } from '../generators/tree.ts'
import { temporaryFolder } from './command.ts'
import { importsOf, packageOf } from './imports.ts'
import { addFiles as add, linesOf, readAll, refused, writeProject } from './plain-project.ts'

const manifest = JSON.stringify({ dependencies: { express: '^5.0.0' } }, null, 4)

const withMain = JSON.stringify({ main: 'lib/web.cjs', dependencies: { express: '5.3.0' } })

/** A project with Express in a folder of its own, and these files. */
function project(test: TestContext, files: Record<string, string> = {}): string {
  return writeProject(temporaryFolder(test), { 'package.json': `${manifest}\n`, ...files })
}

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
    assert.match(await refused(project(test), [], 4), /--store is not said.*redis/)
    assert.match(await refused(project(test), ['--store', 'redsi'], 2), /did you mean redis/)
  })

  it('leaves somebody’s own src/session alone, and names what is in the way', async (test) => {
    const mine = project(test, { 'src/session/mine.js': 'mine', 'src/session/store.ts': 'mine' })
    const told = await refused(mine, ['--store', 'sqlite'], 3)
    assert.match(told, /src\/session\/store\.ts.*src\/session\/mine\.js/)
    await add(mine, '--store', 'sqlite', '--on-conflict', 'skip')
    assert.equal(readFileSync(join(mine, 'src/session/store.ts'), 'utf8'), 'mine')
    await add(mine, '--store', 'sqlite', '--on-conflict', 'overwrite')
    assert.match(readFileSync(join(mine, 'src/session/store.ts'), 'utf8'), /sqlite/)
    assert.equal(readFileSync(join(mine, 'src/session/mine.js'), 'utf8'), 'mine')
  })

  it('writes nothing in a dry run, and says what it would', async (test) => {
    const folder = project(test)
    const before = readAll(folder)
    const { files } = await add(folder, '--store', 'redis', '--dry-run')
    assert.deepEqual(readAll(folder), before)
    const what = new Map(files.map((file) => [file.path, file.what]))
    assert.equal(what.get('package.json'), 'merged')
    assert.equal(what.get('src/session/store.ts'), 'created')
  })

  it('adds to files that are there, and takes nothing away from them', async (test) => {
    const folder = project(test, {
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
    for (const folder of [project(test), project(test)]) {
      await add(folder, '--store', 'memory')
      assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
      secrets.push(parseEnv(readFileSync(join(folder, '.env'), 'utf8')).SESSION_SECRETS)
    }
    assert.notEqual(secrets[0], secrets[1])
  })

  it('keeps the versions that a project has, and warns of another major one', async (test) => {
    const dependencies = { express: '4.16.1', redis: '^4.6.0', 'express-session': '^1.17.0' }
    const folder = project(test, { 'package.json': JSON.stringify({ dependencies }) })
    const { warnings } = await add(folder, '--store', 'redis')
    const now = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies
    assert.deepEqual({ ...now, ...dependencies }, now)
    assert.match(
      warnings.join('\n'),
      /asks for redis \^4\.6\.0, and src\/session\/ is made for 6\./,
    )
    assert.match(warnings.join('\n'), /takes the place of a session\(/)
    assert.doesNotMatch(warnings.join('\n'), /express-session \^1/)
  })

  it('does not touch a file that starts other servers, and says what to add to it', async (test) => {
    const compose = 'services:\n  mail:\n    image: mail\n'
    const folder = project(test, { 'compose.yaml': compose })
    const { warnings } = await add(folder, '--store', 'redis')
    assert.equal(readAll(folder).get('compose.yaml')?.toString(), compose)
    assert.match(warnings.join('\n'), /compose\.yaml stays as it is[\s\S]*image: redis:/)
  })

  it('tells how to make a table that the store does not make by itself', async (test) => {
    const { nextSteps } = await add(project(test), '--store', 'dynamodb')
    assert.match(nextSteps.join('\n'), /^node .*await sessions\.prepare\(\)/m)
    const compiled = { 'tsconfig.json': '{"compilerOptions":{"module":"commonjs"}}' }
    const there = await add(project(test, compiled), '--store', 'dynamodb')
    assert.match(there.nextSteps.join('\n'), /^make its table once, .*await sessions\.prepare\(\)/m)
  })

  it('says the address of the store where .env has that of another', async (test) => {
    const folder = project(test)
    await add(folder, '--store', 'redis')
    const { warnings } = await add(folder, '--store', 'mongodb', '--on-conflict', 'overwrite')
    assert.match(warnings.join('\n'), /for redis, and it stays: .* SESSION_STORE_URL=mongodb:/)
  })

  it('makes a package that is there for development only one of the app', async (test) => {
    const manifest = {
      dependencies: { express: '^5.0.0' },
      devDependencies: { 'express-session': '^1.18.0', mocha: '^11.0.0' },
    }
    const folder = project(test, { 'package.json': JSON.stringify(manifest) })
    await add(folder, '--store', 'memory')
    const now = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    assert.equal(now.dependencies['express-session'], '^1.18.0')
    assert.deepEqual(now.devDependencies, { mocha: '^11.0.0' })
  })

  for (const [kind, path, files] of [
    ['import', './session/index.ts', { 'src/server.mjs': 'express()' }],
    ['import', './src/session/index.ts', { 'index.js': "import express from 'express'" }],
    ['require', '../src/session/index.ts', { 'lib/web.cjs': '', 'package.json': withMain }],
    ['require', './src/session/index.ts', {}],
  ] as const) {
    it(`writes ${kind} ${path} where the app is ${Object.keys(files)[0] ?? 'nowhere'}`, async (test) => {
      const [bring] = linesOf(await add(project(test, files), '--store', 'memory', '--dry-run'))
      assert.ok(bring.startsWith(kind === 'import' ? 'import' : 'const') && bring.includes(path))
    })
  }

  it('brings every package that src/session/ imports, and no other of the app’s', (test) => {
    const folder = project(test)
    const template = templateFiles()
    const paths = [...template.keys()].filter((path) => /^(app|add)\/src\/session\//.test(path))
    const imported = paths
      .flatMap((path) => importsOf(textOf(template, path) ?? ''))
      .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
      .map(packageOf)
    const { dependencies } = findLacking(template, 'memory', readProject(folder, '/'))
    assert.deepEqual(
      new Set([...Object.keys(dependencies), 'express']),
      new Set(imported),
      'src/session/ imports other packages than generators/add/dependencies.ts brings. Mend that list.',
    )
  })
})
