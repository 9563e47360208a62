import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { assertRefused, makeApp } from './switched-app.ts'

describe('package.json and .env', () => {
  it('keep the packages, scripts and variables of the owner, in their places', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('package.json', '"version": "0.0.0"', '"version": "1.2.3"')
    app.edit('package.json', '"dev": "', '"build": "make",\n    "dev": "DEBUG=1 ')
    app.edit('package.json', '"express": "5.3.0"', '"express": "5.4.0",\n    "zod": "4.6.7"')
    app.edit('.env', /^PORT=3000$/m, 'PORT=4000')
    app.edit('.env', /$/, '\n# Ours.\nMAIL_URL=smtp://x\n')
    app.edit('.env.example', /$/, 'MAIL_URL=\n')
    const before = { ...JSON.parse(app.read('package.json')), env: app.read('.env') }
    await app.switchTo('redis')
    const manifest = JSON.parse(app.read('package.json'))
    assert.equal(manifest.version, '1.2.3')
    assert.match(manifest.scripts.dev, /^DEBUG=1 /)
    assert.equal(manifest.scripts.build, 'make')
    assert.equal(manifest.dependencies.express, '5.4.0')
    assert.equal(manifest.dependencies.zod, '4.6.7')
    assert.equal(manifest.dependencies.redis, '6.3.1')
    assert.equal(manifest.dependencies.sequelize, undefined)
    assert.equal(manifest.devDependencies.testcontainers, '12.2.0')
    assert.match(
      app.read('.env'),
      /^PORT=4000$[\s\S]*^# The server .*\nSTORE_PASSWORD=.*\nSESSION_STORE_URL=redis:.*\n\n# Ours\.\nMAIL_URL=smtp:\/\/x\n$/m,
    )
    assert.match(app.read('.env.example'), /redis:\/\/:<password>@.*\nMAIL_URL=\n$/)
    await app.switchTo('sqlite')
    const { env, ...packageJson } = before
    assert.deepEqual(JSON.parse(app.read('package.json')), packageJson)
    assert.equal(app.read('.env').replace(/^STORE_PASSWORD=.*\n/m, ''), env)
  })

  it('are refused by the name of what both sides have changed', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('package.json', '"redis": "6.3.1"', '"mongodb": "1.0.0",\n    "redis": "6.3.1"')
    app.edit('.env', /^SESSION_STORE_URL=.*$/m, 'SESSION_STORE_URL=redis://elsewhere')
    await assertRefused(
      app.switchTo('mongodb'),
      3,
      /: \.env \(SESSION_STORE_URL\), package\.json \(dependencies\.mongodb\)\./,
    )
  })

  it('lose the packages of the old store in whatever version they have come to be', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('package.json', '"redis": "6.3.1"', '"redis": "^6.4.0"')
    app.edit('package.json', '"testcontainers": "12.2.0"', '"testcontainers": "12.3.0"')
    await app.switchTo('sqlite')
    assert.doesNotMatch(app.read('package.json'), /"redis"|testcontainers/)
  })

  it('are merged by an address that stands in quotes, or twice', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('.env', /^SESSION_STORE_URL=(.*)$/m, 'SESSION_STORE_URL="$1"')
    app.edit('.env', /$/, 'SESSION_STORE_URL=sqlite:data/sessions.sqlite\n')
    await app.switchTo('file')
    const lines = app.read('.env').match(/^SESSION_STORE_URL=.*$/gm)
    assert.deepEqual(lines, ['SESSION_STORE_URL=file:data/sessions'])
  })

  it('have a variable once, where the owner has moved it to', async (t) => {
    const app = await makeApp(t, 'redis')
    const [url = ''] = /^SESSION_STORE_URL=.*\n/m.exec(app.read('.env')) ?? []
    app.edit('.env', url, '')
    app.edit('.env', /^/, `# Mine.\n${url}`)
    for (const store of ['sqlite', 'mongodb', 'postgres']) {
      await app.switchTo(store)
      const lines = app.read('.env').match(/^SESSION_STORE_URL=/gm)
      assert.deepEqual([store, lines?.length], [store, 1])
      assert.match(app.read('.env'), new RegExp(`^# Mine\\.\nSESSION_STORE_URL=${store}:`))
    }
  })

  it('are left to the owner where a .env is missing or no UTF-8, or package.json is no JSON', async (t) => {
    const app = await makeApp(t, 'sqlite')
    rmSync(join(app.folder, '.env'))
    const { nextSteps } = await app.switchTo('redis')
    assert.equal('.env' in app.everything(), false)
    assert.match(nextSteps[0] ?? '', /^npm run setup/)
    app.edit('package.json', /^/, '// A comment.\n')
    writeFileSync(join(app.folder, '.env'), Buffer.from('NAME=caf\xe9', 'latin1'))
    await assertRefused(
      app.switchTo('sqlite'),
      3,
      /\.env \(cannot be read.*package\.json \(cannot be/,
    )
  })
})
