import assert from 'node:assert/strict'
import { win32 } from 'node:path'
import { describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'
import { referenceApps } from '../../scripts/reference.ts'

const template = templateFiles()
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
// What cmd.exe does otherwise than a shell: quotes, variables, several commands, programs that it has not.
const ofShells = /'|\$|;|\||^\w+=|\b(rm|cp|mv|mkdir|cat|export|sh|bash)\b/

describe('an app on Windows', () => {
  for (const [name, tree] of referenceApps(template)) {
    const paths = [...tree.keys()]

    it(`has paths that can be there: ${name}`, () => {
      for (const path of paths) {
        assert.equal(win32.join('C:\\app', path), `C:\\app\\${path.replaceAll('/', '\\')}`)
        for (const part of path.split('/')) {
          assert.doesNotMatch(part, /[<>:"|?*\\]|[. ]$/, path)
          assert.doesNotMatch(part, reserved, path)
        }
      }
      const folded = paths.map((path) => path.toLowerCase())
      assert.equal(new Set(folded).size, paths.length, 'two differ in capitals only')
    })

    it(`has scripts that its shell understands: ${name}`, () => {
      const { scripts } = JSON.parse(textOf(tree, 'package.json') ?? '{}')
      for (const script of Object.values<string>(scripts)) assert.doesNotMatch(script, ofShells)
    })
  }

  it('is of every store', () => {
    assert.equal(referenceApps(template).size, listStores(template).length + 1)
  })
})
