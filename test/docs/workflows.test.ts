import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { runCommand } from '../command.ts'

interface Workflow {
  jobs: Record<
    string,
    { strategy?: { matrix?: Record<string, unknown> }; steps: { run?: string }[] }
  >
}

const root = join(import.meta.dirname, '../..')
const folder = join(root, '.github/workflows')
const scripts: Record<string, string> = packageJson.scripts
const workflows = readdirSync(folder).map((name) => ({
  name,
  workflow: parse(readFileSync(join(folder, name), 'utf8')) as Workflow,
}))

describe('a workflow', () => {
  for (const { name, workflow } of workflows) {
    it(`runs only what is here: ${name}`, () => {
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
      const commands = steps.flatMap(({ run }) => run ?? [])
      assert.notEqual(commands.length, 0)
      for (const command of commands) {
        const [script] = [...command.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(
          ([, it]) => it,
        )
        const file = /^\S*\/\S+$/.exec(command)?.[0]
        const isHere = script
          ? script in scripts
          : file
            ? existsSync(join(root, file)) && (statSync(join(root, file)).mode & 0o111) !== 0
            : /^npm (ci|test)$/.test(command)
        assert.ok(isHere, `${name} runs "${command}", and there is no such script here`)
      }
    })
  }

  it('that smoke-tests has a job for each store, from the list of folders', async () => {
    const { stores, smoke } =
      workflows.find(({ name }) => name === 'smoke.yml')?.workflow.jobs ?? {}
    assert.equal(smoke?.strategy?.matrix?.store, `\${{ fromJson(needs.stores.outputs.names) }}`)
    assert.match(JSON.stringify(stores?.steps), /npm run --silent stores/)
    const { out } = await runCommand('npm', ['run', '--silent', 'stores'], { cwd: root })
    const names = listStores(templateFiles()).map(({ name }) => name)
    assert.deepEqual(JSON.parse(out), names)
  })
})
