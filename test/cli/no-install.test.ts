import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { packageManagers } from '../../generators/template/package-managers.ts'
import { runSource, temporaryFolder } from '../command.ts'

describe('an app whose package manager is not on the machine', { concurrency: 2 }, () => {
  for (const { name } of packageManagers) {
    it(`is made and not installed, and it is said how to get it: ${name}`, async (t) => {
      const cwd = temporaryFolder(t)
      const env = { PATH: temporaryFolder(t) }
      const args = ['shop', '--no-git', '--yes', '--package-manager', name]
      const { code, out, err } = await runSource(args, { cwd, env })
      assert.equal(code, 5, err)
      assert.ok(existsSync(join(cwd, 'shop/package.json')))
      assert.match(
        err,
        new RegExp(
          `${name} is not installed; the files stay. First \\w+ .*, then run: cd shop && ${name} install\n$`,
        ),
      )
      assert.match(out, new RegExp(`^ {2}${name} install$`, 'm'))
    })
  }
})
