import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, it } from 'node:test'
import { makeTree } from '../../generators/template/compose.ts'
import { listStores } from '../../generators/template/layers.ts'
import { type Tree, templateFiles, textOf } from '../../generators/template/tree.ts'
import { readFeatures } from './features.ts'

const root = join(import.meta.dirname, '../..')
const template = templateFiles()
const names = listStores(template).map(({ name }) => name)

const emit = (store: string, minimal = false) =>
  makeTree(
    { store, name: 'shop', minimal, permanent: false, lifetime: '30m', maxLifetime: '12h' },
    template,
  )
const apps = new Map<string, Tree>()
for (const store of names) apps.set(store, await emit(store))

const appOf = (store: string): Tree => apps.get(store) ?? assert.fail(`no store ${store}`)

/** What only operators open, by the rows of the table in an app's README: an app may have it beyond its limits (docs/decisions/020). */
const forOperators = [
  'session commands',
  'doctor',
  'comparison of secrets',
  'metrics',
  "users in the store's database",
]

/** How many lines a file may have, how many files a folder of source, an app, its source and a minimal app, how many imports a chain. */
const most = { lines: 250, inFolder: 12, inApp: 80, inSource: 50, inMinimal: 60, inChain: 7 }

describe('rules that keep it a house', () => {
  it(`has no file of more than ${most.lines} lines`, () => {
    const patterns = [
      'template/{app,minimal,add}/src/**/*.{ts,eta}',
      'template/stores/*/src/**/*.ts',
      'cli/**/*.ts',
      'generators/**/*.ts',
      'test/suite/**/*.ts',
    ]
    const long = globSync(patterns, { cwd: root })
      .filter((path) => !path.includes('node_modules'))
      .map((path) => ({
        path,
        lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1,
      }))
      .filter(({ lines }) => lines > most.lines)
    assert.deepEqual(
      long,
      [],
      'These files hold more than one concept, or one that nobody takes in at a glance. Move a whole concept into a file of its own name; do not squeeze lines.',
    )
  })

  it(`has no folder of source with more than ${most.inFolder} files in it, in any app`, () => {
    const full = [...apps].flatMap(([store, tree]) => {
      const folders = [...tree.keys()].filter((path) => path.startsWith('src/')).map(posix.dirname)
      return [...new Set(folders)]
        .map((folder) => ({
          store,
          folder,
          files: folders.filter((each) => each === folder).length,
        }))
        .filter(({ files }) => files > most.inFolder)
    })
    assert.deepEqual(
      full,
      [],
      'Nobody finds a file in these folders without reading all their names. Put together what is one concept, or take out what is none of this folder.',
    )
  })

  it(`has at most ${most.inApp} files in an app with redis, ${most.inSource} of them source, beside what is for operators, and ${most.inMinimal} with --minimal`, async () => {
    const rows = readFeatures().filter(({ name }) => forOperators.includes(name))
    assert.equal(rows.length, forOperators.length, 'The README of an app has no such rows.')
    const aside = rows.flatMap(({ files }) => files)
    const whole = [...appOf('redis').keys()].filter((path) => !aside.includes(path))
    const source = whole.filter((path) => /^src\/.*\.ts$/.test(path))
    const minimal = [...(await emit('redis', true)).keys()]
    const over = [
      ...(whole.length > most.inApp ? [whole] : []),
      ...(source.length > most.inSource ? [source] : []),
      ...(minimal.length > most.inMinimal ? [minimal] : []),
    ]
    assert.deepEqual(
      over.map((paths) => `${paths.length} files: ${paths.join(' ')}`),
      [],
      'Whoever runs the command gets these, and nobody reads so many. Put together what is one concept, and leave tests to test/suite.',
    )
  })

  for (const [store, tree] of apps) {
    it(`has no chain of more than ${most.inChain} imports from src/app.ts: ${store}`, () => {
      const chain = longestChain(tree, 'src/app.ts')
      assert.ok(
        chain.length - 1 <= most.inChain,
        `Whoever follows a request reads ${chain.length} files one behind the other. Let a file in the middle do without the next, or hand in what it needs:\n${chain.join('\n  > ')}`,
      )
    })
  }

  it('lets the tests of an app enter src/session by its index.ts, as the app does', () => {
    const past = [...apps].flatMap(([store, tree]) =>
      [...tree.keys()]
        .filter((path) => path.startsWith('test/'))
        .flatMap((path) => runtimeImports(tree, path).map((to) => ({ store, path, to })))
        .filter(({ to }) => /^src\/session\/(?!index\.ts$)/.test(to)),
    )
    assert.deepEqual(
      past,
      [],
      'These tests would break when the engine changes behind its index.ts. Export there what they need, or move the test to test/suite.',
    )
  })

  it('has the same app for redis and mongodb, but for what a store is', () => {
    const [redis, mongodb] = [appOf('redis'), appOf('mongodb')]
    const differing = [...new Set([...redis.keys(), ...mongodb.keys()])]
      .filter((path) => withoutSecrets(redis, path) !== withoutSecrets(mongodb, path))
      .filter((path) => !ofStore.test(path))
    assert.deepEqual(
      differing,
      [],
      'These files differ between two stores, and say nothing of a store by their name. Move what differs into src/session/backend/, or make it the same.',
    )
  })
})

/** What may differ between two apps: the backend, its server, its packages, what is said of them, and the record of how the app was made. */
const ofStore =
  /^(src\/session\/backend\/.*|test\/backend\.ts|docker-compose\.yml|package\.json|\.env(\.example)?|README\.md|\.create-sess-app\.json)$/

/** The text of a file of an app, without the hash of the random password of its first user. */
function withoutSecrets(tree: Tree, path: string): string | undefined {
  if (path === 'data/users.json') return tree.has(path) ? 'users' : undefined
  return textOf(tree, path)
}

/** The files that a file of an app imports when it runs; those for types alone are none. */
function runtimeImports(tree: Tree, path: string): string[] {
  const statements = (textOf(tree, path) ?? '').matchAll(
    /^(?:import|export)\s+(?!type\s)(?:([\w\s{},*$]*?)\s*from\s+)?'(\.[^']+)'/gm,
  )
  return [...statements]
    .filter(([, named = '']) => !/^\{\s*(type\s+\w+[\s,]*)+\}$/.test(named))
    .map(([, , from = '']) => posix.join(posix.dirname(path), from))
}

/** The longest way from a file by what it imports, each file of it imported by the one before. */
function longestChain(tree: Tree, from: string): string[] {
  const known = new Map<string, string[]>()

  function follow(path: string, above: string[]): string[] {
    const found = known.get(path)
    if (found) return found
    const way = [...above, path]
    assert.ok(
      !above.includes(path),
      `These files import each other in a circle: ${way.join(' > ')}. Move what both need into a third.`,
    )
    const chains = runtimeImports(tree, path).map((next) => [path, ...follow(next, way)])
    const longest = chains.reduce((a, b) => (b.length > a.length ? b : a), [path])
    known.set(path, longest)
    return longest
  }

  return follow(from, [])
}
