import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { commands } from '../../cli/commands.ts'
import { checkNpmFlags } from '../../cli/npm-flags.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { listing, runSource, temporaryFolder } from '../command.ts'

const options = commands[0].options({ template: templateFiles(), cwd: '/' })

/** What npm leaves us of a command without `--`: words, and its settings. */
type Left = [words: string[], settings: Record<string, string>]

function check([words, settings]: Left, command = '') {
  const env = Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value])
  checkNpmFlags(words, {
    ...{ command: { name: command }, options },
    env: { npm_command: 'exec', ...Object.fromEntries(env) },
  })
}

const refused: [string, Left, string][] = [
  ['x --store=redis', [['x'], { store: 'redis' }], 'x -- --store redis'],
  ['x --store redis', [['x', 'redis'], { store: 'true' }], 'x -- --store redis'],
  ['--store redis x', [['redis', 'x'], { store: 'true' }], 'x -- --store redis'],
  ['x -s redis', [['x', 'redis'], { loglevel: 'silent' }], 'x -- --store redis'],
  ['x -p pnpm', [['x', 'pnpm'], { parseable: 'true' }], 'x -- --package-manager pnpm'],
  ['x --lifetime 20m', [['x', '20m'], { lifetime: 'true' }], 'x -- --lifetime 20m'],
  ['x --max-lifetime=1d', [['x'], { max_lifetime: '1d' }], 'x -- --max-lifetime 1d'],
  ['x --no-git', [['x'], { git: 'false' }], 'x -- --no-git'],
  ['x --no-install', [['x'], { install: '' }], 'x -- --no-install'],
  ['x --minimal', [['x'], { minimal: 'true' }], 'x -- --minimal'],
  ['x --permanent', [['x'], { permanent: 'true' }], 'x -- --permanent'],
  ['x --dry-run --json', [['x'], { dry_run: 'true', json: 'true' }], 'x -- --dry-run --json'],
  ['x --store', [['x'], { store: 'true' }], 'x -- --store <name>'],
  ['x --store nothing', [['x', 'nothing'], { store: 'true' }], 'x -- --store <name>'],
  ['--store redis', [['redis'], { store: 'true' }], '-- --store redis'],
  ['x --store redis y', [['x', 'redis', 'y'], { store: 'true' }], 'x -- --store redis'],
  ['sqlite --store redis', [['sqlite', 'redis'], { store: 'true' }], 'sqlite -- --store redis'],
  [
    'x --store redis --lifetime 20m --no-git',
    [['x', 'redis', '20m'], { store: 'true', lifetime: 'true', git: 'false' }],
    'x -- --store redis --lifetime 20m --no-git',
  ],
  [
    "'my shop' --store -- --lifetime 3h --secret hunter2",
    [['my shop', '--lifetime', '3h', '--secret', 'hunter2'], { store: 'true' }],
    "'my shop' -- --lifetime 3h --secret <text> --store <name>",
  ],
  ['x --secret hunter2', [['x', 'hunter2'], { secret: 'true' }], '[dir] -- --secret <text>'],
  ['--secret hunter2 x', [['hunter2', 'x'], { secret: 'true' }], '[dir] -- --secret <text>'],
]

const left: [string, Left][] = [
  ['x -s', [['x'], { loglevel: 'silent' }]],
  ['x --store=redis -- --store=mongodb', [['x', '--store=mongodb'], { store: 'redis' }]],
  ['x --git -- --no-git', [['x', '--no-git'], { git: 'true' }]],
  ['x --color --yes', [['x'], { color: 'false', yes: 'true' }]],
]

describe('flags that npm keeps for itself where -- is missing', () => {
  for (const [typed, words, command] of refused) {
    it(`are refused with what to type: ${typed}`, () => {
      assert.throws(
        () => check(words),
        (error: Error) => {
          assert.ok(error.message.endsWith(`Type: npm create sess-app ${command}`), error.message)
          assert.doesNotMatch(error.message, /hunter2|\n/)
          return true
        },
      )
    })
  }

  for (const [typed, words] of left) {
    it(`are left to npm where they are its own, or said behind -- too: ${typed}`, () => {
      assert.doesNotThrow(() => check(words))
    })
  }

  it('name the command', () => {
    assert.throws(
      () => check([['redis'], { store: 'true' }], 'switch'),
      /sess-app switch -- --store redis$/,
    )
  })

  it('are those of somebody else in a script of a package.json', () => {
    const env = { npm_command: 'run-script', npm_config_dry_run: 'true', npm_config_store: 'true' }
    assert.doesNotThrow(() => checkNpmFlags(['x'], { command: { name: '' }, options, env }))
  })

  it('end the command with 2, and nothing is written', async (t) => {
    const cwd = temporaryFolder(t)
    const env = { ...process.env, npm_command: 'exec', npm_config_store: 'true' }
    const { code, err } = await runSource(['my-app', 'redis'], { cwd, env })
    assert.equal(code, 2)
    assert.match(
      err,
      /^create-sess-app: npm took --store .* Type: npm create sess-app my-app -- --store redis\n$/,
    )
    assert.deepEqual(listing(cwd), [])
  })

  it('make the refusal one of JSON where one of them was --json', async (t) => {
    const env = { ...process.env, npm_command: 'exec', npm_config_json: 'true' }
    const { code, out } = await runSource(['shop'], { cwd: temporaryFolder(t), env })
    assert.equal(code, 2)
    assert.match(JSON.parse(out).error, /npm create sess-app shop -- --json$/)
  })
})
