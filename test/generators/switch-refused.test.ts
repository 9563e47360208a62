import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runGenerator } from '../../generators/plop.ts'
import { switchGenerator } from '../../generators/switch.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { temporaryFolder } from '../command.ts'
import { assertRefused, makeApp, template, usual } from './switched-app.ts'

describe('a switch that cannot be', () => {
  it('is refused where there is no app, and says what to do', async (t) => {
    const cwd = temporaryFolder(t)
    writeFileSync(join(cwd, 'file'), '')
    for (const dir of ['.', 'absent', 'file', 'file/below']) {
      await assertRefused(
        runGenerator(switchGenerator, { dir, store: 'redis' }, { template, cwd }),
        2,
        /has no \.create-sess-app\.json.*: name the folder of an app/,
      )
    }
  })

  it('is refused where the record is of another version, with the command to run', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('.create-sess-app.json', /"version": "[^"]*"/, '"version": "9.8.7"')
    await assertRefused(
      app.switchTo('redis'),
      2,
      /made by version 9\.8\.7.*: run "npx create-sess-app@9\.8\.7 switch --store redis" in/,
    )
  })

  it('is refused where the record is none', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const { version } = packageJson
    const options = { ...usual, store: 'sqlite' }
    for (const text of [
      '',
      '[]',
      '{}',
      '{"version":"0.1.0"}',
      '{"version":"0.1.0","options":{"store":"sqlite"}}',
      '{"version":"1; rm","options":{}}',
      // What comes with a repository is not to name a file of somebody else.
      ...['../notes.txt', '/notes.txt', 'src/../../notes.txt', '..\\notes.txt', 'C:notes.txt'].map(
        (path) => JSON.stringify({ version, options, files: { [path]: 'a-hash' } }),
      ),
      ...['../../shop', '..', '/shop', 'src/shop', '@me/..'].map((name) =>
        JSON.stringify({ version, options: { ...options, name }, files: {} }),
      ),
    ]) {
      app.write('.create-sess-app.json', text)
      await assertRefused(app.switchTo('redis'), 2, /is no record of an app: take it back/)
    }
  })

  it('is refused for a store that is none, the one of the record too', async (t) => {
    const app = await makeApp(t, 'sqlite')
    await assertRefused(app.switchTo('reddis'), 2, /unknown store "reddis": did you mean redis\?/)
    app.edit('.create-sess-app.json', '"store": "sqlite"', '"store": "../sqlite"')
    await assertRefused(app.switchTo('redis'), 2, /unknown store "\.\.\/sqlite"/)
  })

  it('is refused over links, as it does not write elsewhere', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const elsewhere = temporaryFolder(t)
    writeFileSync(join(elsewhere, 'index.ts'), app.read('src/session/backend/index.ts'))
    rmSync(join(app.folder, 'src/session/backend/index.ts'))
    symlinkSync(join(elsewhere, 'index.ts'), join(app.folder, 'src/session/backend/index.ts'))
    await assertRefused(app.switchTo('redis'), 3, /index\.t.* is a link/)
    rmSync(join(app.folder, 'test'), { recursive: true })
    symlinkSync(elsewhere, join(app.folder, 'test'))
    await assertRefused(app.switchTo('redis', { onConflict: 'overwrite' }), 3, /is a link/)
  })

  it('leaves no trace when a folder is in the place of a new file', async (t) => {
    const app = await makeApp(t, 'sqlite')
    mkdirSync(join(app.folder, 'docker-compose.yml'))
    const before = app.everything()
    await assertRefused(app.switchTo('redis'), 3, /docker-compose\.yml" is no file/)
    assert.deepEqual(app.everything(), before)
  })
})
