import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { runCommand } from '../command.ts'
import { type Feature, readFeatures } from '../template/features.ts'
import { type EmittedApp, emitApp } from './emitted-app.ts'

const features = readFeatures()

// So that the types of what a deletion does not touch are not checked once more.
const remembering = ['--', '--incremental', '--tsBuildInfoFile', 'types.tsbuildinfo']

describe('a feature that the README of an app says can be deleted', () => {
  let emitted: EmittedApp
  before(async () => {
    emitted = await emitApp('features', 'sqlite')
    const { code, out } = await runCommand('npm', ['run', 'typecheck', ...remembering], {
      cwd: emitted.folder,
    })
    assert.equal(code, 0, out)
  })
  after(() => emitted?.remove())

  it('is one of six or more', () => {
    assert.ok(
      features.length >= 6,
      'The table "What you do not need" in template/app/README.md has fewer rows, or columns other than: feature, delete, and the lines with, in, test.',
    )
  })

  const each = features.map((feature) => ({ name: feature.name, deleted: [feature] }))
  for (const { name, deleted } of [...each, { name: 'all of them', deleted: features }]) {
    it(`leaves an app whose types and tests are right: ${name}`, async (test) => {
      const folder = `${emitted.folder}-without`
      cpSync(emitted.folder, folder, { recursive: true })
      test.after(() => rmSync(folder, { recursive: true, force: true }))
      for (const { files } of deleted) {
        const missing = files.filter((file) => !existsSync(join(folder, file)))
        assert.deepEqual(missing, [], 'These files of a row are not in the app.')
      }
      for (const feature of deleted) deleteFiles(folder, feature)
      for (const feature of deleted) deleteLines(folder, feature)

      const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
      for (const script of ['typecheck', 'test']) {
        const args = ['run', script, ...(script === 'typecheck' ? remembering : [])]
        const { code, out, err } = await runCommand('npm', args, { cwd: folder, env })
        assert.equal(
          code,
          0,
          `"npm run ${script}" fails once this is deleted. Let what is left do without it, or name in the README what goes with it:\n${out}${err}`,
        )
      }
    })
  }
})

function deleteFiles(folder: string, { files }: Feature) {
  // Another row may have named it as well.
  for (const file of files) rmSync(join(folder, file), { force: true })
}

/** Deletes the lines with the words of a feature and its tests, in the files that are still there. */
function deleteLines(folder: string, { words, lined, tests }: Feature) {
  for (const word of words) {
    let found = 0
    for (const path of lined.map((file) => join(folder, file)).filter(existsSync)) {
      const lines = readFileSync(path, 'utf8').split('\n')
      const left = lines.filter((line) => !line.includes(word))
      found += lines.length - left.length
      writeFileSync(path, left.join('\n'))
      if (path.endsWith('.json')) JSON.parse(left.join('\n'))
    }
    const isGone = lined.some((file) => !existsSync(join(folder, file)))
    assert.ok(found > 0 || isGone, `No line of ${lined.join(' or ')} has ${word} in it.`)
  }
  const path = join(folder, 'test/app.test.ts')
  for (const name of tests) {
    const text = readFileSync(path, 'utf8')
    const [start, end] = [text.indexOf(`\ndescribe('${name}', `), '\n})\n']
    assert.notEqual(start, -1, `test/app.test.ts has no describe of the name "${name}".`)
    writeFileSync(path, text.slice(0, start) + text.slice(text.indexOf(end, start) + end.length))
  }
}
