import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runGenerator } from '../../generators/plop.ts'
import { switchGenerator } from '../../generators/switch.ts'
import { parseRecord, recordFile } from '../../generators/template/record.ts'
import { runSource, temporaryFolder } from '../command.ts'

describe('--minimal', () => {
  it('makes the quickstart alone, says how to make it again, and is kept by a switch', async (t) => {
    const cwd = temporaryFolder(t)
    const args = ['shop', '--minimal', '--store', 'redis', '--no-install', '--no-git']
    const { code, out, err } = await runSource(args, { cwd })
    assert.equal(code, 0, err)
    assert.match(out, /The same again: npx create-sess-app@\S+ shop --store redis --minimal /)
    assert.doesNotMatch(out, /Log in as/)
    const folder = join(cwd, 'shop')
    const isSmall = () => {
      assert.ok(existsSync(join(folder, 'src/session/engine')))
      for (const path of ['src/routes/devices.ts', 'src/cli/sessions.ts', 'data/users.json']) {
        assert.ok(!existsSync(join(folder, path)), path)
      }
      const record = parseRecord(readFileSync(join(folder, recordFile), 'utf8'))
      assert.equal(record.options.minimal, true)
    }
    isSmall()
    const { warnings, nextSteps } = await runGenerator(switchGenerator, {
      dir: folder,
      store: 'dynamodb',
    })
    isSmall()
    assert.match(warnings.join(), /sessions stay in redis and cannot be taken along/)
    assert.match(nextSteps.join('\n'), /^npm run setup {2}# makes the table$/m)
  })
})
