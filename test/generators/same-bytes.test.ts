import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGenerator } from '../../generators/create.ts'
import { runGenerator } from '../../generators/plop.ts'
import { listStores } from '../../generators/template/layers.ts'
import { recordFile } from '../../generators/template/record.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'
import { temporaryFolder } from '../command.ts'
import { withoutSecrets } from './without-secrets.ts'

const template = templateFiles()

describe('an app that is made twice, elsewhere and in another year', () => {
  for (const { name: store } of listStores(template)) {
    it(`has the same files, bytes and modes, but for its secrets: ${store}`, async (t) => {
      const answers = {
        ...{
          dir: 'shop',
          store,
          minimal: false,
          lifetime: '20m',
          maxLifetime: '8h',
          permanent: true,
        },
      }
      t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
      const { tree: one } = await runGenerator(createGenerator, answers, {
        template,
        cwd: temporaryFolder(t),
      })
      t.mock.timers.setTime(Date.UTC(2027, 6, 2))
      const { tree: other } = await runGenerator(createGenerator, answers, {
        template,
        cwd: temporaryFolder(t),
      })
      assert.deepEqual([...one.keys()], [...other.keys()])
      assert.ok(one.has(recordFile))
      for (const [path, { mode }] of one) {
        assert.equal(other.get(path)?.mode, mode)
        const [a, b] = [one, other].map((tree) => withoutSecrets(path, textOf(tree, path)))
        assert.equal(b, a, path)
      }
      assert.notEqual(textOf(one, '.env'), textOf(other, '.env'))
      // Some file systems know no difference.
      const plain = new Set([...one.keys()].map((path) => path.toLowerCase()))
      assert.equal(plain.size, one.size, 'two names differ in case only')
    })
  }
})
