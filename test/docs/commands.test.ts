import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { packTarball, succeed, userEnvironment } from '../apps/packed.ts'
import { runCommand, temporaryFolder } from '../command.ts'
import { generateExpress } from '../generators/plain-project.ts'
import { cloneRepository } from './clone.ts'
import { pages } from './pages.ts'

const folder = temporaryFolder({ after })
// A CI that runs these tests is none that the reader of a page has set.
const { CI: _ci, ONLY_STORES: _stores, FULL: _full, ...inherited } = userEnvironment
let env: NodeJS.ProcessEnv = inherited

/** Where the reader of a page is, by what the page says before its first command. */
const places: Record<string, (folder: string) => Promise<string>> = {
  'README.md': async (empty) => empty,
  'CONTRIBUTING.md': async (empty) => {
    const clone = join(empty, 'clone')
    await cloneRepository(clone, 'none')
    return clone
  },
  'docs/from-express-session.md': generateExpress,
  'docs/updating-an-app.md': async (empty) => {
    await succeed('npx', ['create-sess-app', 'shop', '--yes'], empty, env)
    return join(empty, 'shop')
  },
}

/** The pages that a test of their own follows, word by word. */
const followed = ['docs/adding-a-store.md']

/** The commands of the blocks of shell of a page, in their order, without comments. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) =>
    block
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '')),
  )
}

/** Runs a command that serves until somebody stops it: waits for its address, and presses Ctrl-C. */
async function serve(command: string, cwd: string): Promise<void> {
  // In a group of its own, which a Ctrl-C reaches whole.
  const child = spawn('sh', ['-c', command], { cwd, env, detached: true })
  let output = ''
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (/http:\/\/(localhost|127\.0\.0\.1):\d+/.test(output)) resolve()
      })
    }
  })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code)
  const early = await Promise.race([ready, ended.then((code) => ({ code }))])
  assert.equal(early, undefined, `${command} ended before it served: ${output}`)
  process.kill(-(child.pid ?? 0), 'SIGINT')
  const code = await ended
  // A shell that is interrupted with its program ends by the signal itself.
  assert.ok(code === 0 || code === 130 || code === null, `${command}: ${code}: ${output}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

before(async () => {
  await succeed('tar', ['xzf', await packTarball(folder), '-C', folder], folder)
  // npx runs what is published; until it is, that is what would be.
  const bin = join(folder, 'bin')
  const command = join(folder, 'package/dist/create-sess-app.cjs')
  mkdirSync(bin)
  const npx = `#!/bin/sh
case "$1" in
  create-sess-app | create-sess-app@latest) shift; exec node '${command}' "$@" ;;
esac
PATH='${userEnvironment.PATH}' exec npx "$@"
`
  writeFileSync(join(bin, 'npx'), npx)
  chmodSync(join(bin, 'npx'), 0o755)
  const path = [bin, userEnvironment.PATH].join(delimiter)
  env = { ...inherited, PATH: path, PORT: String(await freePort()) }
})

describe('the commands of a page, in their order', () => {
  it('are run for every page that has some', () => {
    const having = pages.filter(({ text }) => commandsOf(text).length > 0)
    assert.deepEqual(
      having.map(({ path }) => path),
      [...Object.keys(places), ...followed].sort(),
    )
  })

  for (const [path, place] of Object.entries(places)) {
    it(`do what it says: ${path}`, async (test) => {
      const reader = mkdtempSync(join(folder, 'reader-'))
      // Tests that run as another user have to get there.
      for (const each of [folder, reader]) chmodSync(each, 0o755)
      let cwd = await place(reader)
      const text = pages.find((page) => page.path === path)?.text ?? ''
      for (const line of commandsOf(text)) {
        const [, into, command = line] = /^cd (\S+) && (.+)$/.exec(line) ?? []
        if (into) cwd = join(cwd, into)
        const began = performance.now()
        if (/^npm run (dev|demo)$/.test(command)) await serve(command, cwd)
        else {
          const { code, out, err } = await runCommand('sh', ['-c', command], {
            cwd,
            env,
            timeoutMs: 3_600_000,
          })
          assert.equal(code, 0, `${command}: ${out}${err}`)
        }
        test.diagnostic(`${line}: ${Math.round((performance.now() - began) / 1000)} s`)
      }
    })
  }
})
