import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { templateFiles, textOf } from '../../generators/template/tree.ts'

const root = join(import.meta.dirname, '../..')
const template = templateFiles()
const paths = [...template.keys()]
const composeFiles = paths.filter((path) => path.endsWith('/docker-compose.yml'))

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
        (file) =>
          /\.(ts|yml|py)$/.test(file) &&
          readFileSync(join(root, 'test', file), 'utf8').includes(image),
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

describe('the image of an app', () => {
  const managers = paths.filter((path) => /^managers\/[^/]+\/Dockerfile$/.test(path))
  const running = (path: string) =>
    textOf(template, path)
      ?.split(/^(?=FROM )/m)
      .at(-1)

  it('runs the same, whichever package manager has installed it', () => {
    assert.notEqual(managers.length, 0)
    for (const path of managers) {
      assert.equal(
        running(path),
        running('app/Dockerfile'),
        `template/${path} differs from template/app/Dockerfile in its last stage. Change both.`,
      )
    }
  })
})
