import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { assertFault, examine, production, runDoctor } from '../conformance/doctor.ts'
import { makeFolder } from '../conformance/folder.ts'

const folder = makeFolder()
const run = promisify(execFile)

const env = {
  NODE_ENV: 'development',
  SESSION_STORE_URL: 'memory:',
  SESSION_SECRETS: randomBytes(32).toString('base64url'),
}

// It need not be that of any password.
const hashes = { scrypt: '$scrypt$ln=15,r=8,p=3$c2FsdA$aGFzaA', argon: '$argon2id$v=19$m=1$a$b' }

const usersWith = (hash: string) => JSON.stringify({ alice: { hash } })

/** The folder of an app that is well. */
function makeApp(): string {
  const cwd = mkdtempSync(join(folder, 'app-'))
  mkdirSync(join(cwd, 'data'), { mode: 0o700 })
  writeFileSync(join(cwd, '.env'), '', { mode: 0o600 })
  writeFileSync(join(cwd, 'data/users.json'), usersWith(hashes.scrypt), { mode: 0o600 })
  return cwd
}

interface Planted {
  check: string
  cure: RegExp
  env?: NodeJS.ProcessEnv
  /** What is done to the folder of the app. */
  plant?(cwd: string): void
  /** What is run first in the process. */
  first?: string
}

const planted: Record<string, Planted> = {
  'a Node that is too old': {
    check: 'node',
    cure: /22\.18/,
    first: `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.17.1' } })`,
  },
  'a secret that is short': {
    check: 'settings',
    cure: /openssl rand/,
    env: { SESSION_SECRETS: 'sesame' },
  },
  'the secret of .env.example': {
    check: 'settings',
    cure: /openssl rand/,
    env: { SESSION_SECRETS: '<secret>'.repeat(5) },
  },
  'a file of secrets that is not there': {
    check: 'settings',
    cure: /README\.md/,
    env: { SESSION_SECRETS_FILE: '/nowhere/secrets' },
  },
  'a variable that is no setting': {
    check: 'settings',
    cure: /SESSION_IDLE_SECONDS and SESSION_ABSOLUTE_SECONDS/,
    env: { SESSION_TTL: '60' },
  },
  'an http address in production': {
    check: 'cookie',
    cure: /Set PUBLIC_ORIGIN .*https/,
    env: { ...production, PUBLIC_ORIGIN: 'http://app.example' },
  },
  'no proxy in front of production': {
    check: 'proxy',
    cure: /Let TRUST_PROXY name the proxy/,
    env: { ...production, TRUST_PROXY: 'false' },
  },
  'a count of no proxies in front of production': {
    check: 'proxy',
    cure: /Let TRUST_PROXY name the proxy/,
    env: { ...production, TRUST_PROXY: '0' },
  },
  'proxies that are anybody': {
    check: 'settings',
    cure: /^set false, a count of hops, or addresses/,
    env: { TRUST_PROXY: '0.0.0.0/0' },
  },
  'sessions of production in memory': {
    check: 'store',
    cure: /another store for production/,
    env: { ...production, ALLOW_MEMORY_STORE: 'false' },
  },
  'a store that is slow': {
    check: 'round trip',
    cure: /nearer to its store.*SESSION_STORE_TIMEOUT_MS/,
    first: 'const { now } = performance; performance.now = () => 1e7 * now.call(performance)',
  },
  'no users': {
    check: 'users',
    cure: /npm run user -- add/,
    plant: (cwd) => rmSync(join(cwd, 'data/users.json')),
  },
  'users that cannot be read': {
    check: 'users',
    cure: /USERS_FILE/,
    plant: (cwd) => writeFileSync(join(cwd, 'data/users.json'), '{"alice":'),
  },
  'users whose passwords this Node cannot verify': {
    check: 'users',
    cure: /Node 24\.7/,
    plant: (cwd) => writeFileSync(join(cwd, 'data/users.json'), usersWith(hashes.argon)),
    first:
      'import crypto from "node:crypto"; import { syncBuiltinESMExports } from "node:module"; delete crypto.argon2; syncBuiltinESMExports()',
  },
}

const ofModes: Record<string, Planted> = {
  'a .env that others can read': {
    check: 'files',
    cure: /^chmod 0600 \.env$/,
    plant: (cwd) => chmodSync(join(cwd, '.env'), 0o644),
  },
  'users that others can read': {
    check: 'files',
    cure: /^chmod 0600 data\/users\.json$/,
    plant: (cwd) => chmodSync(join(cwd, 'data/users.json'), 0o644),
  },
}

describe('npm run doctor', () => {
  it('finds no fault in an app that is well, and says what it looked at', async () => {
    const { code, out, err } = await runDoctor(env, { cwd: makeApp() })
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^ok {5}rights +the app can keep/m)
    assert.match(out, /^ok {5}files +\.env is 0600$/m)
    assert.match(out, /\nNo fault\.\n$/)
  })

  const all = process.platform === 'win32' ? planted : { ...planted, ...ofModes }
  for (const [what, { check, cure, env: changes, plant, first = '' }] of Object.entries(all)) {
    it(`finds ${what}, and says what to do`, async () => {
      const cwd = makeApp()
      plant?.(cwd)
      const found = await examine({ ...env, ...changes }, { cwd, first })
      assertFault(found, check, cure)
      assert.doesNotMatch(found.text, /sesame|^\s+at /m)
    })
  }

  it('finds a disk that is nearly full', async (test) => {
    const cwd = makeApp()
    const disk = join(cwd, 'data')
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).catch(
      () => null,
    )
    if (!mounted) return test.skip('declared: only root can mount a disk')
    test.after(() => run('umount', [disk]))
    writeFileSync(join(disk, 'users.json'), usersWith(hashes.scrypt), { mode: 0o600 })
    assertFault(await examine(env, { cwd }), 'space', /Make room/)
  })

  it('names all that is wrong with the settings, each with its cure, and looks at the rest', async () => {
    const { faults, checks, text } = await examine(
      { ...env, SESSION_SECRETS: 'sesame', SESSION_IDLE_SECONDS: 'soon', PORT: '99999' },
      { cwd: makeApp() },
    )
    assert.deepEqual(
      faults.map(({ check, found }) => [check, found.split(/[ :]/)[0]]),
      ['SESSION_SECRETS', 'SESSION_IDLE_SECONDS', 'PORT'].map((name) => ['settings', name]),
    )
    for (const { cure } of faults) assert.match(cure ?? '', /^set /)
    assert.doesNotMatch(text, /sesame/)
    for (const looked of ['store', 'rights', 'users']) {
      assert.ok(
        checks.some(({ check, status }) => check === looked && status === 'ok'),
        text,
      )
    }
  })

  it('notes in development what would be a fault in production', async () => {
    const PUBLIC_ORIGIN = 'https://app.example'
    const { faults, checks } = await examine({ ...env, PUBLIC_ORIGIN }, { cwd: makeApp() })
    assert.deepEqual(faults, [])
    assert.equal(checks.find(({ check }) => check === 'proxy')?.status, 'note')
  })

  it('shows people a table, with each cure under its fault', async () => {
    const { code, out } = await runDoctor({ ...env, SESSION_TTL: '60' }, { cwd: makeApp() })
    assert.equal(code, 1)
    assert.match(
      out,
      /^fault {2}settings +SESSION_TTL is not a setting here\n {15,}lifetimes are .*\.$/m,
    )
    assert.match(out, /\nFaults: 1\.\n$/)
  })

  it('says how it is used', async () => {
    const help = await runDoctor({}, { args: ['--help'] })
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /^npm run doctor .*\nnpm run doctor -- --json/s)
    for (const args of [['--jsno'], ['everything']]) {
      const { code, out, err } = await runDoctor({}, { args })
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, new RegExp(`'${args}'.*npm run doctor`, 's'))
    }
  })
})
