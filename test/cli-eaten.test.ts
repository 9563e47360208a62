import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { appCommand } from '../cli/app.ts'
import { recoverEaten } from '../cli/eaten-flags.ts'
import { templateFiles } from '../generators/template.ts'

const options = appCommand.options(templateFiles(), '/')

/** What npm leaves us of a command without `--`: words, and its settings. */
type Left = [words: string[], settings: Record<string, string>]

function recover([words, settings]: Left, command = '') {
  const env = Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value])
  return recoverEaten(words, {
    ...{ command: { name: command }, options },
    env: { npm_command: 'exec', ...Object.fromEntries(env) },
  })
}

const taken: [string, Left, string[]][] = [
  ['x --store=redis', [['x'], { store: 'redis' }], ['x', '--store=redis']],
  ['x --store redis', [['x', 'redis'], { store: 'true' }], ['x', '--store=redis']],
  ['--store redis x', [['redis', 'x'], { store: 'true' }], ['x', '--store=redis']],
  ['x -s redis', [['x', 'redis'], { loglevel: 'silent' }], ['x', '--store=redis']],
  ['x -p pnpm', [['x', 'pnpm'], { parseable: 'true' }], ['x', '--package-manager=pnpm']],
  ['x -s', [['x'], { loglevel: 'silent' }], ['x']],
  ['x --lifetime 20m', [['x', '20m'], { lifetime: 'true' }], ['x', '--lifetime=20m']],
  ['x --max-lifetime=1d', [['x'], { max_lifetime: '1d' }], ['x', '--max-lifetime=1d']],
  ['x --no-git', [['x'], { git: 'false' }], ['x', '--no-git']],
  ['x --no-install', [['x'], { install: '' }], ['x', '--no-install']],
  ['x --permanent', [['x'], { permanent: 'true' }], ['x', '--permanent']],
  ['x --dry-run --json', [['x'], { dry_run: 'true', json: 'true' }], ['x', '--dry-run', '--json']],
  [
    'x --store=redis -- --store=mongodb',
    [['x', '--store=mongodb'], { store: 'redis' }],
    ['x', '--store=mongodb'],
  ],
  ['x --git -- --no-git', [['x', '--no-git'], { git: 'true' }], ['x', '--no-git']],
  ['x --color --yes', [['x'], { color: 'false', yes: 'true' }], ['x']],
]

const refused: [string, Left, string][] = [
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
    "'my shop' --store -- --aal 3 --secret hunter2",
    [['my shop', '--aal', '3', '--secret', 'hunter2'], { store: 'true' }],
    "'my shop' -- --aal 3 --secret <text> --store <name>",
  ],
  ['x --secret hunter2', [['x', 'hunter2'], { secret: 'true' }], '[dir] -- --secret <text>'],
  ['--secret hunter2 x', [['hunter2', 'x'], { secret: 'true' }], '[dir] -- --secret <text>'],
]

describe('flags that npm keeps for itself where -- is missing', () => {
  for (const [typed, left, args] of taken) {
    it(`are taken as said: ${typed}`, () => {
      const recovered = recover(left)
      assert.deepEqual(recovered.args, args)
      const isChanged = args.join() !== left[0].join()
      assert.equal(recovered.warnings.length, isChanged ? 1 : 0)
    })
  }

  for (const [typed, left, command] of refused) {
    it(`are refused with what to type, where it is not certain: ${typed}`, () => {
      assert.throws(
        () => recover(left),
        (error: Error) => {
          assert.ok(error.message.endsWith(`Type: npm create sess-app ${command}`), error.message)
          assert.doesNotMatch(error.message, /hunter2|\n/)
          return true
        },
      )
    })
  }

  it('say in one line that they are taken, and what to type', () => {
    const { warnings } = recover([['x', '--aal=3'], { store: 'redis', secret: 'hunter2' }])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^npm took --store, --secret for its own, and we took it/)
    assert.match(
      warnings[0] ?? '',
      /npm create sess-app x -- --aal 3 --store redis --secret <text>$/,
    )
  })

  it('name the command', () => {
    assert.throws(
      () => recover([['redis'], { store: 'true' }], 'switch'),
      /sess-app switch -- --store redis$/,
    )
  })

  it('are those of somebody else in a script of a package.json', () => {
    const env = { npm_command: 'run-script', npm_config_dry_run: 'true', npm_config_store: 'true' }
    const { args } = recoverEaten(['x'], { command: { name: '' }, options, env })
    assert.deepEqual(args, ['x'])
  })
})
