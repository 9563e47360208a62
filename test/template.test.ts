import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lists } from '../generators/lists.ts'
import { layerPackage } from '../generators/package-json.ts'
import { appLayers, listStores } from '../generators/stores.ts'
import { templateFiles } from '../generators/template.ts'
import { textOf } from '../generators/tree.ts'

const root = join(import.meta.dirname, '..')
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
    const joined = /^(package\.json|\.env\.example|README\.md)$/
    const replaced =
      /^(src\/session\/store\.ts|test\/(backend\.ts|lacks\.json)|docker-compose\.yml)$/
    const added = /^(src\/session|test)\/[^/]+\.ts$/
    const others = paths.filter((path) => {
      const file = /^stores\/[^/]+\/(.*)$/.exec(path)?.[1]
      if (!file || joined.test(file) || replaced.test(file)) return false
      return template.has(`app/${file}`) || !added.test(file)
    })
    assert.deepEqual(
      others,
      [],
      'These files of a store are none that a store changes, so an app would differ in more than its sessions. Move what they do into template/app, for every store, or into a file of its own in src/session/ or test/.',
    )
  })

  it('has Handlebars in the READMEs only', () => {
    // Behind a $ it is a workflow's own, and copied as it is.
    const code = paths.filter((path) => !/^(app|stores\/[^/]+)\/README\.md$/.test(path))
    assert.deepEqual(
      code.filter((path) => /(?<!\$)\{\{/.test(textOf(template, path) ?? '')),
      [],
      'These files are copied as they are, and nobody fills in their {{...}}. Make it an environment variable, or a file of its own.',
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
        `${where} has keys that no app would get. Leave them out, or merge them in generators/merge-package-json.ts.`,
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
    it(`is in ${path}, as its folder says`, () => {
      const text = rootText(path)
      assert.equal(
        write(template, text),
        text,
        `${path} lists the stores, and not as their folders say. Run "npm run lists".`,
      )
    })
  }
})

describe('an image (rule 5: one tag, in one place)', () => {
  for (const path of composeFiles) {
    it(`is pinned in ${path}, and named nowhere else`, () => {
      const images = [...(textOf(template, path) ?? '').matchAll(/^\s*image:\s*(\S+)\s*$/gm)].map(
        ([, image = '']) => image,
      )
      assert.equal(
        images.length,
        1,
        `template/${path} must name one image, on one line: the tests take it from there.`,
      )
      const [image = ''] = images
      assert.match(
        image,
        /^[^:]+:\d[\w.-]*$/,
        `${image} is another server tomorrow. Give it a tag that begins with a version.`,
      )
      const ours = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
        (file) => /\.(ts|yml|py)$/.test(file) && rootText(`test/${file}`).includes(image),
      )
      const others = paths.filter(
        (other) => other !== path && textOf(template, other)?.includes(image),
      )
      assert.deepEqual(
        [...ours, ...others],
        [],
        `These files name ${image} as well, and would stay behind when it is raised. Read it from template/${path}.`,
      )
    })
  }
})
