import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, it } from 'node:test'
import { renderedFiles } from '../../generators/template/compose.ts'
import {
  appLayers,
  isPathOf,
  layerPackage,
  listStores,
  minimalOmissions,
} from '../../generators/template/layers.ts'
import { subtree, templateFiles, textOf } from '../../generators/template/tree.ts'
import { lists } from '../../scripts/lists.ts'
import { importsOf } from '../generators/imports.ts'

const root = join(import.meta.dirname, '../..')
const template = templateFiles()
const paths = [...template.keys()]
const stores = listStores(template)
const folders = paths.flatMap((path) => /^stores\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? [])
const composeFiles = paths.filter((path) => path.endsWith('/docker-compose.yml'))

function rootText(path: string): string {
  const file = join(root, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

describe('the template (rule 1: overlays, no conditionals)', () => {
  it('has overlays that add to sessions and their tests, and replace what they may, nothing else', () => {
    const joined = /^(package\.json|\.env\.example|README\.md|SECURITY\.md)$/
    const replaced =
      /^(src\/session\/backend\/(index|plain-sessions|user-table)\.ts|test\/backend\.ts|docker-compose\.yml)$/
    const added = /^(src\/session\/backend\/[^/]+\.ts|test\/container\.ts)$/
    const others = paths.filter((path) => {
      const file = /^stores\/[^/]+\/(.*)$/.exec(path)?.[1]
      if (!file || joined.test(file) || replaced.test(file)) return false
      return template.has(`app/${file}`) || !added.test(file)
    })
    assert.deepEqual(
      others,
      [],
      'These files of a store are none that a store changes, so an app would differ in more than its sessions. Move what they do into template/app, for every store, or into a file of its own in src/session/backend/; tests go to test/suite/stores/.',
    )
  })

  it('has Handlebars in README.md and SECURITY.md only', () => {
    // Behind a $ it is a workflow's own, and copied as it is.
    const code = paths.filter((path) => {
      const [, name = ''] = /^(?:app|minimal|stores\/[^/]+)\/([^/]+)$/.exec(path) ?? []
      return !renderedFiles.includes(name)
    })
    assert.deepEqual(
      code.filter((path) => /(?<!\$)\{\{/.test(textOf(template, path) ?? '')),
      [],
      'These files are copied as they are, and nobody fills in their {{...}}. Make it an environment variable, or a file of its own.',
    )
  })
})

/** The imports of files in `src/` of all layers that lead to another file, as paths of an app. */
const imports = paths.flatMap((layered) => {
  const [, layer = '', path = ''] =
    /^(app|add|minimal|stores\/[^/]+)\/(src\/.*\.ts)$/.exec(layered) ?? []
  return importsOf(path && (textOf(template, layered) ?? ''))
    .filter((from) => from.startsWith('.'))
    .map((from) => ({ layer, path, to: posix.join(posix.dirname(path), from) }))
})

/** What else of a store may be opened, each by one file and gone with it: it is no part of the engine. */
const besideEngine = [
  ['src/cli/adopt.ts', 'plain-sessions.ts'],
  ['src/users/users-table.ts', 'user-table.ts'],
]

describe('src/session (rule 7; any app may have it: create-sess-app add)', () => {
  const session = 'src/session/'

  it('imports nothing outside of itself but packages', () => {
    assert.deepEqual(
      imports.filter(({ path, to }) => path.startsWith(session) && !to.startsWith(session)),
      [],
      'These imports lead out of src/session/, and a project that has only that folder has nothing there. Move what they need into it, or hand it in as an argument.',
    )
  })

  it('is entered by its index.ts alone', () => {
    assert.deepEqual(
      imports.filter(
        ({ path, to }) =>
          !path.startsWith(session) &&
          to.startsWith(session) &&
          to !== `${session}index.ts` &&
          !besideEngine.some(([from, its]) => path === from && to === `${session}backend/${its}`),
      ),
      [],
      'These imports go past src/session/index.ts, so that the engine cannot be changed behind it. Export there what they need.',
    )
  })

  it('has backends that import the contract, the settings, packages and their own files', () => {
    const backend = `${session}backend/`
    assert.deepEqual(
      imports.filter(
        ({ path, to }) =>
          path.startsWith(backend) && !to.startsWith(backend) && to !== `${session}settings.ts`,
      ),
      [],
      'These imports bind a backend to the engine. Hand in what they need by the options of openBackend.',
    )
  })
})

describe('--minimal (rule 4: an omission)', () => {
  const { omits, omitsScripts, omitsPackages } = minimalOmissions(template)
  const app = [...subtree(template, 'app').keys()]

  it('leaves out what is there', () => {
    const { scripts, dependencies, devDependencies } = layerPackage(template, 'app')
    assert.notEqual(omits.length, 0)
    assert.deepEqual(
      [
        ...omits.filter((pattern) => !app.some((path) => isPathOf(path, [pattern]))),
        ...omitsScripts.filter((name) => !(name in { ...scripts })),
        ...omitsPackages.filter((name) => !(name in { ...dependencies, ...devDependencies })),
      ],
      [],
      'template/minimal/package.json leaves these out, and template/app has nothing of that name. Mend the list.',
    )
  })

  it('replaces files of the app, and adds none', () => {
    const own = [...subtree(template, 'minimal').keys()]
    assert.deepEqual(
      own.filter((path) => !app.includes(path)),
      [],
      'These files of template/minimal are in no whole app, so that it would be another app and not a part of it.',
    )
  })
})

describe('a store (rules 2 and 3: the folder is the registration)', () => {
  it('is named like its folder, describes itself, and says nothing that is not merged', () => {
    const known = /^(name|private|type|description|store|scripts|(dev|optional)?[dD]ependencies)$/
    for (const folder of folders) {
      const manifest = layerPackage(template, `stores/${folder}`)
      const where = `template/stores/${folder}/package.json`
      assert.equal(
        manifest.name,
        `@create-sess-app/${folder}`,
        `${where} is named after another folder, and npm would take it for a package of the registry or miss it. Set the name that is expected here.`,
      )
      assert.equal(
        typeof manifest.description,
        manifest.store?.shared ? 'undefined' : 'string',
        `${where}: the prompt, --list-stores and the README show the description of a store that can be chosen, and of no other. Add one line, or leave it out where store.shared is set.`,
      )
      assert.deepEqual(
        Object.keys(manifest).filter((key) => !known.test(key)),
        [],
        `${where} has keys that no app would get. Leave them out, or merge them in generators/template/manifest.ts.`,
      )
    }
  })

  it('extends only what is there, and what is shared is extended', () => {
    const used = new Set(stores.flatMap(({ name }) => appLayers(template, name)))
    const unused = folders.filter((folder) => !used.has(`stores/${folder}`))
    assert.deepEqual(
      unused,
      [],
      'These folders are shared and no store extends them, so they are in no app. Extend them, or take them away.',
    )
  })

  it('has a server that runs beside those of the others, on a port of its own', () => {
    const ports = composeFiles.flatMap((path) =>
      [...(textOf(template, path) ?? '').matchAll(/127\.0\.0\.1:(\d+):/g)].map(([, port]) => port),
    )
    assert.equal(ports.length, composeFiles.length, 'A server is reachable from this machine only.')
    assert.equal(
      new Set(ports).size,
      ports.length,
      `Two servers publish the same port: ${ports}. Give one of them another, in its docker-compose.yml and its .env.example.`,
    )
  })

  for (const [path, write] of Object.entries(lists)) {
    it(`is in ${path}, as the template says`, () => {
      const text = rootText(path)
      assert.equal(
        write(template, text),
        text,
        `${path} lists what is in the template, and not as it is there. Run "npm run lists".`,
      )
    })
  }
})
