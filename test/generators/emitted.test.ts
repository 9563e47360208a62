import assert from 'node:assert/strict'
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { makeTree } from '../../generators/template/compose.ts'
import {
  isPathOf,
  listStores,
  minimalOmissions,
  type PackageJson,
} from '../../generators/template/layers.ts'
import { recordFile } from '../../generators/template/record.ts'
import { subtree, type Tree, templateFiles, textOf } from '../../generators/template/tree.ts'
import { readConfig } from '../../template/app/src/config.ts'
import { importsOf, packageOf } from './imports.ts'

const template = templateFiles()
const fresh = 'Zq3vN8xZ0sLwT5yB2mRfJ7hD4gPcU6eB'

const lifetimes = { lifetime: '30m', maxLifetime: '12h' }
const options = [
  { said: '', minimal: false, permanent: false },
  { said: ' and --permanent', minimal: false, permanent: true },
  { said: ' and --minimal', minimal: true, permanent: false },
]

for (const { name: store } of listStores(template)) {
  for (const { said, ...chosen } of options) {
    const tree = await makeTree({ ...lifetimes, ...chosen, store, name: 'shop' }, template)
    describeApp(`an app with ${store}${said} (rules 4 and 6)`, tree, chosen)
  }
}

function describeApp(name: string, tree: Tree, chosen: { minimal: boolean; permanent: boolean }) {
  const text = (path: string) => textOf(tree, path) ?? ''
  const pathsOf = (pattern: RegExp) => [...tree.keys()].filter((path) => pattern.test(path))
  const settings = pathsOf(/^src\/(config|session\/settings)\.ts$/)
    .map(text)
    .join('\n')

  describe(name, () => {
    it('has nothing of ours in it but the record of its making', () => {
      const others = [...tree.keys()].filter((path) => path !== recordFile)
      const ours = others.filter((path) => /create-sess-app/i.test(path + text(path)))
      assert.deepEqual(
        ours,
        [],
        'These files name us, and whoever has the app has it without us. Say what is meant without the name.',
      )
    })

    if (chosen.minimal) {
      it('has no file, script or package that --minimal leaves out', () => {
        const { omits, omitsScripts, omitsPackages } = minimalOmissions(template)
        const own = [...subtree(template, 'minimal').keys()]
        assert.deepEqual(
          pathsOf(/./).filter((path) => isPathOf(path, omits) && !own.includes(path)),
          [],
        )
        const { scripts = {}, dependencies = {} } = JSON.parse(text('package.json')) as PackageJson
        assert.deepEqual(
          [...Object.keys(scripts), ...Object.keys(dependencies)].filter((key) =>
            [...omitsScripts, ...omitsPackages].includes(key),
          ),
          [],
        )
      })
    }

    it('has JSON and YAML that parse', () => {
      for (const path of pathsOf(/\.json$/)) JSON.parse(text(path))
      for (const path of pathsOf(/\.ya?ml$/)) parse(text(path))
    })

    it('imports only what is there', () => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(
        text('package.json'),
      ) as PackageJson
      const missing = pathsOf(/\.ts$/).flatMap((path) => {
        // A package for development may be missing, which only a dynamic import survives.
        const isThere = (from: string) =>
          from.startsWith('.')
            ? tree.has(posix.join(posix.dirname(path), from))
            : isBuiltin(from) ||
              packageOf(from) in dependencies ||
              (packageOf(from) in devDependencies &&
                (!path.startsWith('src/') || text(path).includes(`await import('${from}')`)))
        return importsOf(text(path))
          .filter((from) => !isThere(from))
          .map((from) => `${path}: ${from}`)
      })
      assert.deepEqual(
        missing,
        [],
        'These imports find nothing in an emitted app. Add the file, or declare the package: under dependencies for what is imported in src/.',
      )
    })

    it('tells of each environment variable that it reads', () => {
      const names = [...settings.matchAll(/\(\s*'([A-Z][A-Z0-9_]+)'/g)].map(([, name = '']) => name)
      assert.notEqual(
        names.length,
        0,
        'No variable is found in the settings any more. Look for them where they are read now.',
      )
      for (const path of ['.env.example', 'README.md']) {
        assert.deepEqual(
          names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text(path))),
          [],
          `The app reads these and ${path} does not tell of them, so nobody finds them. Add them there.`,
        )
      }
    })

    it('reads each environment variable that it tells of', () => {
      const told = [...text('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(
        ([, name = '']) => name,
      )
      const readers = ['docker-compose.yml', ...pathsOf(/^src\/session\//)]
      const read = [settings, ...readers.map(text)].join('\n')
      assert.deepEqual(
        told.filter((name) => !new RegExp(`\\b${name}\\b`).test(read)),
        [],
        '.env.example tells of these and nobody reads them. Take them out, or read them.',
      )
    })

    for (const format of ['json', 'msgpack']) {
      for (const secrets of ['one secret', 'a new secret before the old']) {
        it(`has a configuration that holds, with ${format} and ${secrets}`, () => {
          const env = parseEnv(text('.env')) as Record<string, string>
          const old = env.SESSION_SECRETS ?? ''
          const list = secrets === 'one secret' ? old : `${fresh},${old}`
          const set = { ...env, SESSION_FORMAT: format, SESSION_SECRETS: list }
          const { session } = readConfig(set)
          assert.equal(session.permanent, chosen.permanent)
          assert.equal(session.format, format)
          assert.deepEqual(session.secrets, list.split(','))
          assert.equal(session.idleMs, 1_800_000)
          assert.equal(session.absoluteMs, 43_200_000)
          assert.notEqual(session.storeUrl, '')
        })
      }
    }

    it('says each variable once in .env.example', () => {
      const names = [...text('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
      assert.equal(
        new Set(names).size,
        names.length,
        `A variable is set twice in .env.example, and the later one silently wins: ${names}. Leave it to the store or to the app.`,
      )
    })

    it('keeps its secrets out of git and out of images', () => {
      for (const path of ['.gitignore', '.dockerignore']) {
        for (const secret of ['.env', 'data', 'node_modules']) {
          const lines = text(path)
            .split('\n')
            .map((line) => line.replace(/\/$/, ''))
          assert.ok(
            lines.includes(secret),
            `${path} of template/app has no line for ${secret}, so it gets out. Add it.`,
          )
        }
      }
    })
  })
}
