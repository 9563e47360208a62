import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listStores } from '../generators/stores.ts'
import { templateFiles } from '../generators/template.ts'
import { runSource, temporaryFolder } from './command.ts'

interface Schema {
  type: string
  properties: Record<string, { type: string; default?: unknown; oneOf?: { const: string }[] }>
  required: string[]
  additionalProperties: boolean
}

const commands: [string[], string[]][] = [
  [[], []],
  [['switch'], ['store']],
  [['add'], ['store']],
]

describe('--schema', { concurrency: 3 }, () => {
  for (const [command, required] of commands) {
    it(`has every flag of the help: ${command.join() || 'an app'}`, async (t) => {
      const cwd = temporaryFolder(t)
      const { out } = await runSource([...command, '--schema'], { cwd })
      const schema: Schema = JSON.parse(out)
      const help = await runSource([...command, '--help'], { cwd })
      const flags = [...help.out.matchAll(/^ {2}(?:-\w, | {4})--(?:no-)?([\w-]+)/gm)]
      assert.deepEqual(
        Object.keys(schema.properties).sort(),
        ['dir', ...flags.map(([, name]) => name ?? '')].sort(),
      )
      assert.deepEqual(schema.required, required)
      assert.equal(schema.additionalProperties, false)
    })
  }

  it('has types, choices and what is usual', async (t) => {
    const { out } = await runSource(['--schema'], { cwd: temporaryFolder(t) })
    const { properties }: Schema = JSON.parse(out)
    const stores = listStores(templateFiles()).map(({ name }) => name)
    assert.deepEqual(
      properties.store?.oneOf?.map((choice) => choice.const),
      stores,
    )
    assert.equal(properties.store?.default, 'sqlite')
    assert.equal(properties['max-lifetime']?.default, '12h')
    assert.equal(properties.install?.default, true)
    assert.deepEqual(properties['dry-run']?.default, false)
    const ways = properties['on-conflict']?.oneOf?.map((choice) => choice.const)
    assert.deepEqual(ways, ['error', 'skip', 'merge', 'overwrite'])
  })
})

describe('--help', { concurrency: 3 }, () => {
  for (const [command] of commands) {
    it(`is that of the command: ${command.join() || 'an app'}`, async (t) => {
      const cwd = temporaryFolder(t)
      const { code, out } = await runSource([...command, '-h'], { cwd })
      assert.equal(code, 0)
      assert.equal((await runSource(['help', ...command], { cwd })).out, out)
      const usage = ['npx create-sess-app', ...command, '[dir] [options]'].join(' ')
      assert.ok(out.includes(`Usage: ${usage}\n`), out)
      for (const exitCode of [0, 1, 2, 3, 4, 5, 130]) {
        assert.match(out, new RegExp(`^ {2}${exitCode} +\\w`, 'm'))
      }
      for (const line of out.split('\n')) assert.ok(line.length <= 110, line)
    })
  }
})
