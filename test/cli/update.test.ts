import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import packageJson from '../../package.json' with { type: 'json' }
import { succeed, userEnvironment } from '../apps/packed.ts'
import { listing, runCommand, runSource, temporaryFolder } from '../command.ts'
import { addFiles, openProject } from '../generators/plain-project.ts'
import { type App, appIn } from '../generators/switched-app.ts'
import { withoutSecrets } from '../generators/without-secrets.ts'
import { installPackage } from './installed.ts'
import { startRegistry } from './registry.ts'
import { withNpm } from './stub-npm.ts'

const folder = temporaryFolder({ after })
const filesOnly = ['--no-install', '--no-git', '--yes']
const old = '0.0.9'
let bin = ''
let tarball = ''
let newTarball = ''

// A package of an earlier version: some files are others, one is gone by now, one is not there yet.
before(async () => {
  const installed = await installPackage(folder)
  const edit = (path: string, change: (text: string) => string) => {
    const file = join(installed.home, path)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  const app = 'dist/template/app'
  edit('package.json', (text) => text.replace(/"version": ".*"/, `"version": "${old}"`))
  edit('dist/main.cjs', (text) => text.replaceAll(/(?<=version:`)0\.1\.0(?=`)/g, old))
  edit(`${app}/src/app.ts`, (text) => `// As it was.\n${text}`)
  edit(`${app}/package.json`, (text) => text.replace('"scripts": {', '"scripts": { "past": "x",'))
  edit(`${app}/AGENTS.md`, (text) => `${text}\nAs it was.\n`)
  writeFileSync(join(installed.home, `${app}/src/past.ts`), 'export {}\n')
  bin = installed.bin
  newTarball = installed.tarball
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  await succeed('npm', args, installed.home)
  tarball = join(folder, `create-sess-app-${old}.tgz`)
})

/** An app of the earlier version. */
const oldApp = (t: TestContext, ...flags: string[]) => oldAppIn(t, 'shop', ...flags)

async function oldAppIn(t: TestContext, dir: string, ...flags: string[]): Promise<App> {
  const cwd = temporaryFolder(t)
  await succeed(process.execPath, [bin, dir, ...flags, ...filesOnly], cwd)
  return appIn(join(cwd, dir))
}

const update = (app: App, ...args: string[]) =>
  // Nothing of this name is to come from anywhere else.
  runSource(['update', ...args, '--no-install'], {
    cwd: app.folder,
    env: { ...process.env, npm_config_offline: 'true' },
  })

/** All files of an app, but for its secrets and the modes. */
function texts(app: App): Record<string, string> {
  const all = Object.entries(app.everything()).filter(([, text]) => text !== 'folder')
  return Object.fromEntries(
    all.map(([path, text]) => [path, withoutSecrets(path, text.replace(/^\d+ /, ''))]),
  )
}

describe('create-sess-app update', { concurrency: 2 }, () => {
  for (const flags of [
    ['--store', 'sqlite'],
    ['--store', 'redis', '--minimal', '--permanent'],
  ]) {
    it(`keeps what is edited, and makes all else as new: ${flags.join(' ')}`, async (t) => {
      const app = await oldApp(t, ...flags)
      app.edit('README.md', /^# .*/, '# My shop')
      app.edit('package.json', '"scripts": {', '"scripts": {\n    "mine": "x",')
      app.edit('src/server.ts', /$/, '// Mine.\n')
      const { code, out, err } = await update(app, '--from', tarball, '--on-conflict', 'merge')
      assert.equal(code, 0, err)
      assert.match(out, new RegExp(`has the files of \\S+; it was made by ${old}`))
      assert.match(app.read('README.md'), /^# My shop\n/)
      assert.match(app.read('package.json'), /"mine": "x"/)
      assert.match(app.read('src/server.ts'), /\/\/ Mine\.\n$/)
      app.edit('README.md', /^# .*/, '# shop')
      app.edit('package.json', /\n {4}"mine": "x",/, '')
      app.edit('src/server.ts', /\/\/ Mine\.\n$/, '')
      const cwd = temporaryFolder(t)
      const args = ['shop', ...flags, '--package-manager', 'npm', ...filesOnly]
      assert.equal((await runSource(args, { cwd })).code, 0)
      assert.deepEqual(texts(app), texts(appIn(join(cwd, 'shop'))))
      const again = await update(app)
      assert.match(again.out, /has the files of \S+ already: there is nothing to do/)
    })
  }

  it('names a file that both have changed, and writes nothing until it is said what becomes of it', async (t) => {
    const app = await oldApp(t)
    app.edit('src/app.ts', '// As it was.', '// Mine.')
    const before = app.everything()
    for (const args of [[], ['--on-conflict', 'merge'], ['--dry-run']]) {
      const { code, out, err } = await update(app, '--from', tarball, ...args)
      assert.equal(code, 3)
      assert.match(out + err, /: src\/app\.ts\. Say --on-conflict/)
      assert.deepEqual(app.everything(), before)
    }
    assert.equal((await update(app, '--from', tarball, '--on-conflict', 'skip')).code, 0)
    assert.match(app.read('src/app.ts'), /^\/\/ Mine\.\n/)
    assert.doesNotMatch(app.read('AGENTS.md'), /As it was/)
  })

  it('knows an app with the name of a command', async (t) => {
    const app = await oldAppIn(t, './switch')
    const { code, out, err } = await update(app, '--from', tarball)
    assert.equal(code, 0, err)
    assert.match(out, new RegExp(`it was made by ${old}`))
  })

  it('takes what made the app from the registry, as npx takes the command', async (t) => {
    const { address, asked } = await startRegistry(t, {
      [old]: tarball,
      [packageJson.version]: newTarball,
    })
    const app = await oldApp(t)
    app.edit('src/app.ts', /$/, '// Mine.\n')
    const env = {
      ...userEnvironment,
      npm_config_registry: address,
      npm_config_cache: temporaryFolder(t),
    }
    const args = ['--yes', 'create-sess-app@latest', 'update', '--no-install']
    const first = await runCommand('npx', args, { cwd: app.folder, env })
    assert.equal(first.code, 3, first.out + first.err)
    assert.match(first.err, /: src\/app\.ts\. Say --on-conflict merge/)
    const merge = [...args, '--on-conflict', 'merge']
    const { code, out, err } = await runCommand('npx', merge, { cwd: app.folder, env })
    assert.equal(code, 0, out + err)
    assert.doesNotMatch(out, /could not be had/)
    const [past, mine] = [/As it was/, /\/\/ Mine\.\n$/]
    assert.doesNotMatch(app.read('src/app.ts') + app.read('AGENTS.md'), past)
    assert.match(app.read('src/app.ts'), mine)
    assert.ok(!('src/past.ts' in app.everything()))
    assert.ok(asked.includes(`/-/${old}.tgz`))
  })

  it('goes by the recorded hashes where the registry has no such version, or is away', async (t) => {
    const { address } = await startRegistry(t, { [packageJson.version]: newTarball })
    for (const registry of [address, 'http://127.0.0.1:9']) {
      const app = await oldApp(t)
      const env = {
        ...userEnvironment,
        npm_config_registry: registry,
        npm_config_cache: temporaryFolder(t),
      }
      const args = ['update', '--no-install']
      const { code, out, err } = await runSource(args, { cwd: app.folder, env })
      assert.equal(code, 0, err)
      assert.match(out, new RegExp(`Note: create-sess-app ${old} could not be had`))
      assert.doesNotMatch(app.read('src/app.ts'), /As it was/)
    }
  })

  it('goes by the recorded hashes where the earlier package cannot be had', async (t) => {
    const app = await oldApp(t)
    app.edit('src/server.ts', /$/, '// Mine.\n')
    app.edit('AGENTS.md', /$/, 'Mine.\n')
    const { code, err } = await update(app)
    assert.equal(code, 3)
    assert.match(err, /: AGENTS\.md\. Say/)
    const { out } = await update(app, '--on-conflict', 'skip')
    assert.match(out, new RegExp(`Note: create-sess-app ${old} could not be had`))
    assert.match(app.read('AGENTS.md'), /Mine\.\n$/)
    assert.match(app.read('src/server.ts'), /\/\/ Mine\.\n$/)
    assert.doesNotMatch(app.read('src/app.ts'), /As it was/)
    assert.ok(!('src/past.ts' in app.everything()))
  })

  it('leaves nothing when it is interrupted while it has the earlier package made', async (t) => {
    const app = await oldApp(t)
    const before = app.everything()
    const TMPDIR = temporaryFolder(t)
    const env = { ...withNpm(t, 'kill -TERM $PPID; exec sleep 5'), TMPDIR }
    const { code, err } = await runSource(['update', '--no-install'], { cwd: app.folder, env })
    assert.equal(code, 130, err)
    assert.match(err, /Interrupted: nothing was written\.\n$/)
    assert.deepEqual(listing(TMPDIR), [])
    assert.deepEqual(app.everything(), before)
  })

  it('refuses a package that has made other files than the app began with', async (t) => {
    const app = await oldApp(t)
    app.edit('.create-sess-app.json', '"src/app.ts": "', '"src/app.ts": "other-')
    const before = app.everything()
    const { code, err } = await update(app, '--from', tarball)
    assert.equal(code, 2)
    assert.match(err, /does not make this app: .*its files are others/)
    assert.deepEqual(app.everything(), before)
  })

  it('needs the package that made an app whose record has no hashes', async (t) => {
    const app = await oldApp(t)
    app.edit('.create-sess-app.json', /,\s+"files": \{[^}]*\}/, '')
    const { code, err } = await update(app)
    assert.equal(code, 2)
    assert.match(err, /recorded no hash of its files, .*say --from <file>/)
  })

  it('leads to add where the sessions are those of a project, and add brings them up', async (t) => {
    const folder = openProject(t)
    await addFiles(folder, '--store', 'memory')
    const app = appIn(folder)
    const fresh = app.everything()
    app.edit('src/session/index.ts', /^/, '// As it was.\n')
    const { code, err } = await update(app)
    assert.equal(code, 2)
    assert.match(err, /"create-sess-app add --store memory --on-conflict overwrite" in it brings/)
    await addFiles(folder, '--store', 'memory', '--on-conflict', 'overwrite')
    assert.deepEqual(app.everything(), fresh)
  })

  it('refuses a folder that is no app, and a file that is no package', async (t) => {
    const cwd = temporaryFolder(t)
    const { code, err } = await runSource(['update'], { cwd })
    assert.equal(code, 2)
    assert.match(err, /has no \.create-sess-app\.json/)
    const app = await oldApp(t)
    const wrong = await update(app, '--from', 'absent.tgz')
    assert.equal(wrong.code, 2)
    assert.match(
      wrong.err,
      /"absent\.tgz" does not make this app: name a file that "npm pack" has made/,
    )
  })
})
