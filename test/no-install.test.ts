import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { packageManagers } from '../generators/package-managers.ts'
import { runSource, temporaryFolder } from './command.ts'

// Nobody listens there.
const closed = 'http://127.0.0.1:1'

/** What each package manager answers when it is asked for its settings. */
const settings = {
  npm: `registry=${closed}/\nproxy=null\nhttps-proxy=null`,
  pnpm: `{\n  "@jsr:registry": "https://npm.jsr.io/",\n  "registry": "${closed}/"\n}`,
  yarn: `{"key":"httpProxy","effective":null}\n{"key":"npmRegistryServer","effective":"${closed}"}`,
  bun: '1.4.5',
}

interface Desk {
  /** What the package manager answers, if it is there. */
  answer?: string
  variables?: NodeJS.ProcessEnv
}

/** Makes an app where there is no command but a package manager of ours, which notes what it is told. */
async function makeApp(t: TestContext, name: string, { answer, variables }: Desk) {
  const [home, cwd] = [temporaryFolder(t), temporaryFolder(t)]
  const bin = join(home, 'bin')
  mkdirSync(bin)
  if (answer !== undefined) {
    writeFileSync(join(home, 'answer'), answer)
    const script = `#!/bin/sh\necho "$*" >> ${home}/told\nexec /bin/cat ${home}/answer\n`
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  const env = { PATH: bin, HOME: home, BUN_CONFIG_REGISTRY: closed, ...variables }
  const args = ['shop', '--no-git', '--yes', '--package-manager', name]
  const ended = await runSource(args, { cwd, env })
  assert.ok(existsSync(join(cwd, 'shop/package.json')), ended.err)
  const told = answer === undefined ? '' : readFileSync(join(home, 'told'), 'utf8')
  return { ...ended, told }
}

for (const { name } of packageManagers) {
  describe(`an app for ${name}`, { concurrency: 2 }, () => {
    const answer = settings[name]

    it('is not installed where the registry cannot be reached: the command is said', async (t) => {
      const { code, out, err, told } = await makeApp(t, name, { answer })
      assert.equal(code, 5, err)
      const why = `the registry ${closed} cannot be reached (ECONNREFUSED); the files stay`
      assert.match(
        err,
        new RegExp(`${why.replace(/[().]/g, '\\$&')}.*: cd shop && ${name} install\n$`),
      )
      assert.match(out, new RegExp(`^ {2}${name} install$`, 'm'))
      assert.doesNotMatch(told, /^install/m)
    })

    for (const [what, variables] of [
      ['there is a proxy', { HTTPS_PROXY: closed }],
      ['the registry has no address', { BUN_CONFIG_REGISTRY: 'where you want' }],
    ] as const) {
      it(`is installed where nobody can tell: ${what}`, async (t) => {
        const unclear = 'HTTPS_PROXY' in variables ? answer : answer.replace(closed, 'nowhere')
        const { code, err, told } = await makeApp(t, name, { answer: unclear, variables })
        assert.equal(code, 0, err)
        assert.match(told, /^install/m)
      })
    }

    it('is not installed where its package manager is not: it is said how to get it', async (t) => {
      const { code, err } = await makeApp(t, name, {})
      assert.equal(code, 5, err)
      assert.match(
        err,
        new RegExp(
          `${name} is not installed; the files stay. First \\w+ .*, then run: cd shop && ${name} install\n$`,
        ),
      )
    })
  })
}
