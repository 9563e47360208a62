import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }

interface Workflow {
  on: { schedule?: { cron: string }[] }
  jobs: Record<string, { steps: { run?: string }[] }>
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

  it('runs every night what is slow and seldom breaks', () => {
    const nightly = workflows.filter(({ workflow }) =>
      workflow.on.schedule?.some(({ cron }) => /^\d+ \d+ \* \* \*$/.test(cron)),
    )
    assert.match(JSON.stringify(nightly), /npm run test:full/)
  })
})
