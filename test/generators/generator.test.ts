import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type CreateAnswers, createGenerator } from '../../generators/create.ts'
import { runGenerator } from '../../generators/plop.ts'
import { joinEnv } from '../../generators/template/compose.ts'
import { putText, type Tree, textOf } from '../../generators/template/tree.ts'
import { listing, temporaryFolder } from '../command.ts'

const env =
  'SESSION_SECRETS=<secret>\nSESSION_IDLE_SECONDS=1\nSESSION_ABSOLUTE_SECONDS=1\nSESSION_PERMANENT=false\n'

const template = treeOf({
  'app/package.json': JSON.stringify({
    ...{ name: '@create-sess-app/app', version: '0.0.0', private: true, description: 'ours' },
    ...{ scripts: { start: 'node a.ts' }, dependencies: { express: '5.0.0' } },
  }),
  'app/.env.example': env,
  'app/README.md': "# {{name}} & {{store}}'s",
  'app/SECURITY.md': '{{lifetime}} {{idleSeconds}} {{maxLifetime}} {{maxSeconds}}',
  'app/ci.yml': '$' + '{{ matrix.node }} {{#if}}\r\n',
  'app/who.txt': 'app',
  'app/extra/one.txt': 'app',
  'app/extra/deep/two.txt': 'app',
  'app/notes.md': 'app',
  'app/src/users/users-file.ts': 'app',
  'app/start.txt': 'app',
  'app/test/backend.ts': 'export const lacks: Lacks = {}',
  'minimal/package.json': JSON.stringify({
    name: 'minimal',
    minimal: {
      omits: ['extra/**', 'src/users/*', '*.md'],
      omitsScripts: ['up'],
      omitsPackages: ['b', 'c'],
    },
    scripts: { start: 'node b.ts' },
  }),
  'minimal/start.txt': 'minimal',
  'minimal/README.md': '# Small {{name}}',
  'stores/base/package.json': '{"name":"base","store":{"shared":true}}',
  'stores/base/who.txt': 'base',
  'stores/base/base.txt': 'base',
  'stores/left/package.json': '{"name":"left","store":{"shared":true,"extends":["base"]}}',
  'stores/left/who.txt': 'left',
  'stores/left/base.txt': 'left',
  'stores/right/package.json':
    '{"name":"right","store":{"shared":true,"extends":["base"]},"dependencies":{"a":"1.0.0"}}',
  'stores/right/who.txt': 'right',
  'stores/top/package.json':
    '{"name":"top","description":"ours","store":{"extends":["left","right"]},"scripts":{"up":"x"},"dependencies":{"z":"1.0.0","b":"1.0.0"},"devDependencies":{"c":"1.0.0"}}',
  'stores/top/.env.example': '\nSTORE_PASSWORD=<password>\nSTORE_URL=x://:<password>@y\n',
  'stores/top/SECURITY.md': '\nRights in {{store}}',
  'stores/top/README.md': '\n## In {{store}}\n\n',
  'stores/typo/package.json': '{"name":"typo"}',
  'stores/typo/README.md': '{{nmae}}',
  'stores/clash/package.json': '{"name":"clash","dependencies":{"express":"4.0.0"}}',
  'stores/broken/package.json': '{"name":"broken"}',
  'stores/broken/who.txt/below': 'a file in a file',
})
template.set('app/bin', { bytes: Uint8Array.of(0, 255, 13, 10), mode: 0o755 })

const usual: CreateAnswers = {
  ...{
    dir: 'shop',
    store: 'top',
    minimal: false,
    lifetime: '2h',
    maxLifetime: '1d',
    permanent: true,
  },
}

function treeOf(texts: Record<string, string>): Tree {
  const tree: Tree = new Map()
  for (const [path, text] of Object.entries(texts)) putText(tree, path, text)
  return tree
}

describe('an emitted app', () => {
  it('has what its store extends first, depth first and each once, and the store last', async (t) => {
    const { tree } = await runGenerator(createGenerator, usual, {
      template,
      cwd: temporaryFolder(t),
    })
    assert.equal(textOf(tree, 'who.txt'), 'right')
    assert.equal(textOf(tree, 'base.txt'), 'left')
  })

  it('is a copy byte for byte, with execute bits', async (t) => {
    const cwd = temporaryFolder(t)
    await runGenerator(createGenerator, usual, { template, cwd })
    assert.deepEqual([...readFileSync(join(cwd, 'shop/bin'))], [0, 255, 13, 10])
    assert.equal(statSync(join(cwd, 'shop/bin')).mode & 0o111, 0o111)
    assert.equal(readFileSync(join(cwd, 'shop/ci.yml'), 'utf8'), textOf(template, 'app/ci.yml'))
  })

  it('has one package.json, sorted, with its own name and nothing of ours', async (t) => {
    const { tree } = await runGenerator(
      createGenerator,
      { ...usual, dir: '@me/shop' },
      { template, cwd: temporaryFolder(t) },
    )
    assert.deepEqual(JSON.parse(textOf(tree, 'package.json') ?? ''), {
      ...{ name: '@me/shop', version: '0.0.0', private: true },
      scripts: { start: 'node a.ts', up: 'x' },
      dependencies: { a: '1.0.0', b: '1.0.0', express: '5.0.0', z: '1.0.0' },
      devDependencies: { c: '1.0.0' },
    })
  })

  it('has its lifetimes in .env.example, and the same with secrets in .env', async (t) => {
    const cwd = temporaryFolder(t)
    const { tree } = await runGenerator(createGenerator, usual, { template, cwd })
    const example = textOf(tree, '.env.example') ?? ''
    assert.match(example, /^SESSION_SECRETS=<secret>\nSESSION_IDLE_SECONDS=7200\n/)
    assert.match(example, /_ABSOLUTE_SECONDS=86400\nSESSION_PERMANENT=true\n\nSTORE_PASSWORD=<pass/)
    assert.match(
      textOf(tree, '.env') ?? '',
      /SECRETS=[\w-]{43}\n[\s\S]*PASSWORD=([\w-]{24})\n.*:\1@y/,
    )
    assert.equal(statSync(join(cwd, 'shop/.env')).mode & 0o777, 0o600)
    assert.equal(statSync(join(cwd, 'shop/data/users.json')).mode & 0o777, 0o600)
  })

  it('sets each variable once in .env.example, as the last layer says', () => {
    const tree: Tree = new Map()
    const texts = ['A=1\nB=1\n# A=0\n', 'B=2\n', '# Its own.\nA=3\nAB=3\n']
    joinEnv(
      tree,
      texts.map((text) => treeOf({ '.env.example': text })),
    )
    assert.equal(textOf(tree, '.env.example'), '# A=0\n\nB=2\n\n# Its own.\nA=3\nAB=3\n')
  })

  it('has prose with names filled in as they are', async (t) => {
    const { tree } = await runGenerator(createGenerator, usual, {
      template,
      cwd: temporaryFolder(t),
    })
    assert.equal(textOf(tree, 'README.md'), "# shop & top's\n\n## In top\n")
    const security = textOf(tree, 'SECURITY.md') ?? ''
    assert.equal(security, '2h 7200 1d 86400\n\nRights in top\n')
  })

  it('is the same each time but for its secrets', async (t) => {
    const cwd = temporaryFolder(t)
    const { tree: one } = await runGenerator(createGenerator, usual, { template, cwd })
    const { tree: other } = await runGenerator(
      createGenerator,
      { ...usual, dir: './sub/../shop2/' },
      { template, cwd },
    )
    // Hashes of files that have the name in them are others.
    const named = (text = '') =>
      text.replaceAll('shop2', 'shop').replace(/,\s+"files": \{[^}]*\}/, '')
    for (const path of one.keys()) {
      if (path === '.env' || path === 'data/users.json') continue
      assert.equal(named(textOf(other, path)), named(textOf(one, path)))
    }
    assert.notEqual(textOf(one, '.env'), textOf(other, '.env'))
  })
})

describe('a minimal app', () => {
  const emit = async (test: Parameters<typeof temporaryFolder>[0]) =>
    (
      await runGenerator(
        createGenerator,
        { ...usual, minimal: true },
        { template, cwd: temporaryFolder(test) },
      )
    ).tree

  it('has no file of its omissions, and its own in place of those of the app', async (t) => {
    const tree = await emit(t)
    const gone = [...tree.keys()].filter((path) => /^extra|\.md$/.test(path))
    assert.deepEqual(gone, ['README.md'], 'a README of its own takes the place of one left out')
    assert.equal(textOf(tree, 'start.txt'), 'minimal')
    assert.equal(textOf(tree, 'who.txt'), 'right')
    assert.equal(textOf(tree, 'README.md'), '# Small shop\n')
    assert.ok(!tree.has('data/users.json'), 'an app without users has no file of them')
  })

  it('has no script and no package of its omissions, and the scripts that it brings', async (t) => {
    const { scripts, dependencies, devDependencies } = JSON.parse(
      textOf(await emit(t), 'package.json') ?? '',
    )
    assert.deepEqual(scripts, { start: 'node b.ts' })
    assert.deepEqual(dependencies, { a: '1.0.0', express: '5.0.0', z: '1.0.0' })
    assert.equal(devDependencies, undefined)
  })

  it('is recorded as one', async (t) => {
    const { command, options } = JSON.parse(textOf(await emit(t), '.create-sess-app.json') ?? '')
    assert.equal(options.minimal, true)
    assert.match(command, / shop --store top --minimal --lifetime 2h /)
  })
})

describe('an app that cannot be made', () => {
  for (const [store, reason] of [
    ['typo', /nmae/],
    ['clash', /express is asked for in two versions: 5.0.0 .* 4.0.0 by clash/],
    ['broken', /EEXIST|ENOTDIR/],
  ] as const) {
    it(`leaves nothing behind: ${store}`, async (t) => {
      const cwd = temporaryFolder(t)
      mkdirSync(join(cwd, 'empty'))
      for (const dir of ['absent', 'empty']) {
        await assert.rejects(
          runGenerator(createGenerator, { ...usual, store, dir }, { template, cwd }),
          reason,
        )
      }
      assert.deepEqual(listing(cwd), ['empty'])
    })
  }
})
