import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { makeTree, translatedFiles } from '../../generators/template/compose.ts'
import { listStores } from '../../generators/template/layers.ts'
import { nodeForApp } from '../../generators/template/manifest.ts'
import * as managers from '../../generators/template/package-managers.ts'
import { type Tree, templateFiles, textOf } from '../../generators/template/tree.ts'

const { detectPackageManager, findPackageManager, packageManagers, translateCommands } = managers
const template = templateFiles()
const others = packageManagers.filter(({ name }) => name !== 'npm')
const usual = {
  name: 'shop',
  minimal: false,
  lifetime: '30m',
  maxLifetime: '12h',
  permanent: false,
}
const emit = (packageManager: string, store = 'redis') =>
  makeTree({ ...usual, store, packageManager, password: 'of a test' }, template)
const manifest = (tree: Tree) => JSON.parse(textOf(tree, 'package.json') ?? '')

// What the package managers say of themselves when they run us, and what an app is made for.
const agents: [string, string, RegExp?][] = [
  ['', 'npm'],
  ['npm/11.19.1 node/v20.20.2 linux x64 workspaces/false', 'npm'],
  ['npm/12.2.1 node/v24.21.0 linux x64 workspaces/false', 'npm'],
  ['pnpm/12.21.0 npm/? node/? linux x64', 'pnpm@12.21.0'],
  ['pnpm/13.0.0-rc.1 npm/? node/v24.1.0 darwin arm64', 'pnpm@13.0.0-rc.1'],
  ['yarn/4.18.1 npm/? node/v24.21.0 linux x64', 'yarn@4.18.1'],
  ['bun/1.4.5 npm/? node/v26.3.0 linux x64', 'bun@1.4.5'],
  ['yarn/1.22.22 npm/? node/v20.20.2 linux x64', 'npm', /yarn 1\.22\.22.*--package-manager yarn/],
  ['yarn/3.8.7 npm/? node/v20.20.2 linux x64', 'npm', /yarn 3\.8\.7/],
  ['pnpm/10.25.0 npm/? node/v24.21.0 linux x64', 'npm', /pnpm 10\.25\.0.*for pnpm 10\.26 or later/],
  ['pnpm/10.26.0 npm/? node/v24.21.0 linux x64', 'pnpm@10.26.0'],
  ['pnpm/9.15.9 npm/? node/v20.20.2 linux x64', 'npm', /pnpm 9\.15\.9/],
  ['bun/1.1.45 npm/? node/v20.20.2 linux x64', 'npm', /bun 1\.1\.45/],
  ['cnpm/9.4.0 npminstall/7.0.0 node/v20.20.2', 'npm'],
]

describe('the package manager that runs the command', () => {
  for (const [agent, expected, note] of agents) {
    it(`is taken for the app as ${expected}: ${agent || 'none'}`, () => {
      const detected = detectPackageManager(agent)
      assert.equal(detected.packageManager, expected)
      assert.match(detected.note ?? '', note ?? /^$/)
    })
  }
})

describe('a package manager that is typed', () => {
  for (const [typed, reason] of [
    ['pnmp', /"pnmp".*did you mean pnpm\?/],
    ['deno', /"deno".*choose one of npm, pnpm, yarn, bun/],
    ['pnpm@latest', /"pnpm@latest".*pnpm@\d/],
    ['yarn@1.22.22', /"yarn@1.22.22" is too old.*yarn 4.0 or later/],
    ['pnpm@9.15.9', /"pnpm@9.15.9" is too old.*pnpm 10.26 or later/],
  ] as const) {
    it(`is refused: ${typed}`, () => assert.throws(() => findPackageManager(typed), reason))
  }

  it('makes the same app with the version that we test, and with that version said', async () => {
    for (const { name, version } of others) {
      const [short, long] = [await emit(name), await emit(`${name}@${version}`)]
      assert.equal(textOf(short, 'package.json'), textOf(long, 'package.json'))
      assert.equal(manifest(short).packageManager, `${name}@${version}`)
    }
  })
})

describe('an app', () => {
  const ofNpm = /(?<![\w@/-])npm (run|start|test|install|remove|ci)\b|\bnpm's/

  for (const { name } of others) {
    it(`speaks of ${name} and never of npm, with every store`, async () => {
      for (const { name: store } of listStores(template)) {
        const tree = await emit(name, store)
        for (const path of [...translatedFiles, '.env']) {
          assert.doesNotMatch(textOf(tree, path) ?? '', ofNpm, `${path} with ${store}`)
        }
      }
    })

    it(`differs from that of npm in little but words: ${name}`, async () => {
      const [tree, npm] = [await emit(name), await emit('npm')]
      const added = [...tree.keys()].filter((path) => !npm.has(path))
      const own = {
        npm: [],
        pnpm: ['pnpm-workspace.yaml'],
        yarn: ['.yarnrc.yml'],
        bun: ['bunfig.toml'],
      }
      assert.deepEqual(added, own[name])
      const final = (each: Tree) => /\nFROM node[\s\S]*/.exec(textOf(each, 'Dockerfile') ?? '')?.[0]
      assert.equal(final(tree), final(npm), 'the image that runs is another')
      const job = (each: Tree) => parse(textOf(each, '.github/workflows/ci.yml') ?? '').jobs.test
      const { steps, ...rest } = job(tree)
      const { steps: ofNpmSteps, ...restOfNpm } = job(npm)
      assert.deepEqual(rest, restOfNpm)
      const tests = (all: { run?: string }[]) => all.filter(({ run }) => run?.startsWith('node '))
      assert.deepEqual(tests(steps), tests(ofNpmSteps))
    })
  }

  it('says of the packages with an install script that they do without it', async () => {
    const blocked = ['cpu-features', 'protobufjs', 'ssh2']
    assert.deepEqual(Object.keys(manifest(await emit('npm')).allowScripts), blocked)
    assert.deepEqual(Object.keys(manifest(await emit('yarn')).dependenciesMeta), blocked)
    assert.deepEqual(manifest(await emit('bun')).trustedDependencies, [])
    const settings = parse(textOf(await emit('pnpm'), 'pnpm-workspace.yaml') ?? '')
    assert.deepEqual(Object.keys(settings.allowBuilds), blocked)
    assert.equal(manifest(await emit('npm', 'sqlite')).allowScripts, undefined)
  })
})

describe('the words of npm', () => {
  it('are no part of the note on Node, which is the same by each', () => {
    const { note = '' } = nodeForApp(template, {
      version: '20.12.0',
      platform: 'win32',
      arch: 'x64',
    })
    assert.match(note, /so the install brings it Node \d/)
    for (const manager of packageManagers) assert.equal(translateCommands(note, manager), note)
  })

  const translate = (text: string, name: string) =>
    translateCommands(text, findPackageManager(name).manager)

  it('stay as they are for npm', () => {
    const text = textOf(template, 'app/README.md') ?? ''
    assert.equal(translate(text, 'npm'), text)
  })

  for (const [name, expected] of [
    ['pnpm', 'pnpm run user add, pnpm run sessions, pnpm run test, pnpm add x, pnpm install.'],
    ['yarn', 'yarn user add, yarn sessions, yarn test, yarn add x, yarn install.'],
    ['bun', 'bun run user add, bun run sessions, bun run test, bun add x, bun install.'],
  ] as const) {
    it(`are those of ${name}`, () => {
      const words = 'npm run user -- add, npm run sessions, npm test, npm install x, npm install.'
      assert.equal(translate(words, name), expected)
    })
  }

  it('leave other words and the column of comments alone', () => {
    assert.equal(translate('my-npm install, @me/npm test', 'yarn'), 'my-npm install, @me/npm test')
    assert.equal(translate('npm run dev   # starts', 'yarn'), 'yarn dev      # starts')
    assert.equal(translate('npm start  # starts', 'bun'), 'bun run start  # starts')
  })
})
