import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { runCommand, temporaryFolder } from './command.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/adding-a-store.md'), 'utf8')
const files = [...page.matchAll(/^`(template\/\S+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
  ([, path = '', text = '']) => ({ path, text }),
)
const commands = [...page.matchAll(/^```sh\n((?:npm .*\n)+)```$/gm)].flatMap(([, text = '']) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '')),
)
const lists = ['README.md', 'docker-compose.yml', 'package-lock.json', 'tsconfig.json']

const { NODE_TEST_CONTEXT: _context, ONLY_STORES: _stores, ...env } = process.env

/** Runs a command in a folder and demands that it succeeds; resolves to what it printed. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd, env })
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}${err}`)
  return out
}

describe('docs/adding-a-store.md', () => {
  it('leads to a store that passes, by a folder and the written lists alone', async (test) => {
    const copy = join(temporaryFolder(test), 'copy')
    const tracked = await succeed(
      root,
      'git',
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
    )
    for (const path of tracked.split('\0').filter((each) => each !== '')) {
      cpSync(join(root, path), join(copy, path))
    }
    cpSync(join(root, 'node_modules'), join(copy, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
    })
    await succeed(copy, 'git', 'init', '--quiet')
    await succeed(copy, 'git', 'add', '--all')
    const before = await succeed(copy, 'git', 'write-tree')

    assert.equal(files.length, 6)
    for (const { path, text } of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), text)
    }
    assert.equal(commands.length, 5)
    let printed = ''
    for (const command of commands) printed = await succeed(copy, 'sh', '-c', command)
    assert.match(printed, /with plain-sqlite compiles and passes its own tests/)
    assert.match(printed, /^plain-sqlite +\d{2,} +0 /m)

    await succeed(copy, 'git', 'add', '--all')
    const changed = await succeed(
      copy,
      'git',
      'diff-index',
      '--cached',
      '--name-only',
      before.trim(),
    )
    const others = changed
      .trim()
      .split('\n')
      .filter((path) => !path.startsWith('template/stores/plain-sqlite/'))
    for (const path of others) assert.ok(lists.includes(path), `${path} had to change as well`)
    assert.ok(others.includes('README.md') && others.includes('tsconfig.json'))
    rmSync(copy, { recursive: true })
  })
})
