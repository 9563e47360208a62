import assert from 'node:assert/strict'
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { after, describe, it } from 'node:test'
import { parse } from 'yaml'
import { emitApp } from '../generators/emit.ts'
import type { PackageJson } from '../generators/package-json.ts'
import { listStores } from '../generators/stores.ts'
import { templateFiles } from '../generators/template.ts'
import { textOf } from '../generators/tree.ts'
import { temporaryFolder } from './command.ts'

const template = templateFiles()

const cwd = temporaryFolder({ after })

for (const { name: store } of listStores(template)) {
  const usual = { lifetime: '30m', maxLifetime: '12h', permanent: false }
  const tree = await emitApp({ ...usual, dir: `with-${store}`, store }, { template, cwd })
  const text = (path: string) => textOf(tree, path) ?? ''
  const pathsOf = (pattern: RegExp) => [...tree.keys()].filter((path) => pattern.test(path))

  describe(`an app with ${store} (rules 4 and 6)`, () => {
    it('has nothing of ours in it', () => {
      const ours = [...tree.keys()].filter((path) => /create-sess-app/i.test(path + text(path)))
      assert.deepEqual(
        ours,
        [],
        'These files name us, and whoever has the app has it without us. Say what is meant without the name.',
      )
    })

    it('has JSON and YAML that parse', () => {
      for (const path of pathsOf(/\.json$/)) JSON.parse(text(path))
      for (const path of pathsOf(/\.ya?ml$/)) parse(text(path))
    })

    it('imports only what is there', () => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(
        text('package.json'),
      ) as PackageJson
      const missing = pathsOf(/\.ts$/).flatMap((path) => {
        const declared = path.startsWith('src/')
          ? dependencies
          : { ...dependencies, ...devDependencies }
        return importsOf(text(path))
          .filter((from) =>
            from.startsWith('.')
              ? !tree.has(posix.join(posix.dirname(path), from))
              : !isBuiltin(from) && !(packageOf(from) in declared),
          )
          .map((from) => `${path}: ${from}`)
      })
      assert.deepEqual(
        missing,
        [],
        'These imports find nothing in an emitted app. Add the file, or declare the package: under dependencies for what is imported in src/.',
      )
    })

    it('tells of each environment variable that it reads', () => {
      const names = [...text('src/config.ts').matchAll(/\(\s*'([A-Z][A-Z0-9_]+)'/g)].map(
        ([, name = '']) => name,
      )
      assert.notEqual(
        names.length,
        0,
        'No variable is found in src/config.ts any more. Look for them where they are read now.',
      )
      for (const path of ['.env.example', 'README.md']) {
        assert.deepEqual(
          names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text(path))),
          [],
          `src/config.ts reads these and ${path} does not tell of them, so nobody finds them. Add them there.`,
        )
      }
    })

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

function importsOf(code: string): string[] {
  const named = /^(?:import|export)\s[\w\s{},*$]*?from\s+'([^']+)'/gm
  const others = /^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm
  return [...code.matchAll(named), ...code.matchAll(others)].map(
    ([, from, dynamic]) => from ?? dynamic ?? '',
  )
}

function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}
