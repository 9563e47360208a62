import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { makeTree } from '../../generators/template/compose.ts'
import { assertLikeFresh, assertRefused, makeApp, template, usual } from './switched-app.ts'

describe('what the owner of an app has edited', () => {
  it('stays where both stores have the same file', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('src/app.ts', /^/, '// Mine.\n')
    app.write('src/routes.ts', 'export {}\n')
    rmSync(join(app.folder, 'Dockerfile'))
    await app.switchTo('redis')
    assert.match(app.read('src/app.ts'), /^\/\/ Mine\.\n/)
    assert.equal(app.read('src/routes.ts'), 'export {}\n')
    assert.equal('Dockerfile' in app.everything(), false)
  })

  it('is refused with every name where the stores differ, and nothing is written', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('src/session/backend/index.ts', /^/, '// Mine.\n')
    app.edit('docker-compose.yml', '6379:6379', '7000:6379')
    app.edit('src/session/backend/sentinel.ts', /^/, '// Mine.\n')
    rmSync(join(app.folder, 'test/backend.ts'))
    const before = app.everything()
    const names = [
      'docker-compose.yml \\(it would be removed\\)',
      'src/session/backend/index.ts',
      'src/session/backend/sentinel.ts \\(it would be removed\\)',
      'test/backend.ts \\(you have removed it\\)',
    ]
    await assertRefused(
      app.switchTo('sqlite'),
      3,
      new RegExp(`^you have edited .* sqlite .*: ${names.join(', ')}\\. Say --on-conflict merge`),
    )
    assert.deepEqual(app.everything(), before)
  })

  it('is kept by skip, with all else switched', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('docker-compose.yml', '6379:6379', '7000:6379')
    app.edit('.env', /^SESSION_STORE_URL=.*$/m, 'SESSION_STORE_URL=redis://elsewhere')
    const { changes } = await app.switchTo('sqlite', { onConflict: 'skip' })
    assert.match(app.read('docker-compose.yml'), /7000:6379/)
    assert.match(app.read('.env'), /^SESSION_STORE_URL=redis:\/\/elsewhere$/m)
    assert.doesNotMatch(app.read('.env'), /sqlite:/)
    assert.match(app.read('src/session/backend/index.ts'), /sqlite/)
    const env = changes.find(({ path }) => path === '.env')
    assert.deepEqual([env?.kind, env?.note], ['merge', 'SESSION_STORE_URL'])
  })

  it('is given up by overwrite where the stores differ, and nowhere else', async (t) => {
    const app = await makeApp(t, 'redis')
    app.edit('docker-compose.yml', '6379:6379', '7000:6379')
    app.edit('src/session/backend/index.ts', /^/, '// Mine.\n')
    app.edit('src/app.ts', /^/, '// Mine.\n')
    app.edit('package.json', '"connect-redis": "10.0.0"', '"connect-redis": "9.0.0"')
    app.edit('.env', /^SESSION_STORE_URL=.*$/m, 'MINE=1\nSESSION_STORE_URL=redis://elsewhere')
    await app.switchTo('mongodb', { onConflict: 'overwrite' })
    assert.match(app.read('docker-compose.yml'), /image: mongo/)
    assert.doesNotMatch(app.read('src/session/backend/index.ts'), /Mine/)
    assert.match(app.read('src/app.ts'), /^\/\/ Mine\.\n/)
    assert.doesNotMatch(app.read('package.json'), /connect-redis/)
    assert.match(app.read('.env'), /^MINE=1$/m)
    assert.match(app.read('.env'), /^SESSION_STORE_URL=mongodb:/m)
  })

  it('is merged line by line where that can be, and refused where not', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.edit('README.md', /^# .*/, '# My shop')
    await assertRefused(app.switchTo('redis'), 3, /: README\.md\. Say/)
    const fresh = await makeTree({ ...usual, store: 'redis' }, template)
    await app.switchTo('redis', { onConflict: 'merge' })
    const { bytes = [] } = fresh.get('README.md') ?? {}
    assert.equal(app.read('README.md'), `${Buffer.from(bytes)}`.replace(/^# .*/, '# My shop'))
    app.edit('src/session/backend/index.ts', /import .*/, '// Mine.')
    await assertRefused(
      app.switchTo('mongodb', { onConflict: 'merge' }),
      3,
      /cannot all be merged .* mongodb needs: src\/session\/backend\/index\.ts\. Say --on-conflict skip/,
    )
  })

  it('is not lost when another store brings a file of the same name', async (t) => {
    const app = await makeApp(t, 'sqlite')
    app.write('docker-compose.yml', 'services: {}\n')
    await assertRefused(app.switchTo('redis'), 3, /docker-compose\.yml \(it is your own\)/)
    await assertRefused(
      app.switchTo('redis', { onConflict: 'merge' }),
      3,
      /docker-compose\.yml \(it is your own\)/,
    )
    await app.switchTo('redis', { onConflict: 'skip' })
    assert.equal(app.read('docker-compose.yml'), 'services: {}\n')
  })

  it('is no conflict where it is what the other store needs', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const fresh = await makeTree({ ...usual, store: 'redis' }, template)
    const compose = `${Buffer.from(fresh.get('docker-compose.yml')?.bytes ?? [])}`
    app.write('docker-compose.yml', compose)
    rmSync(join(app.folder, 'src/session/backend/sql.ts'))
    await app.switchTo('redis')
    assert.equal(app.read('docker-compose.yml'), compose)
    assertLikeFresh(app, fresh)
  })

  it('is no edit where only the line ends are those of Windows, and they stay', async (t) => {
    const app = await makeApp(t, 'sqlite')
    const fresh = await makeTree({ ...usual, store: 'redis' }, template)
    for (const path of (await makeTree({ ...usual, store: 'sqlite' }, template)).keys()) {
      app.write(path, app.read(path).replaceAll('\n', '\r\n'))
    }
    app.edit('package.json', '"scripts": {', '"scripts": {\r\n    "mine": "x",')
    await app.switchTo('redis')
    for (const path of ['src/session/backend/index.ts', '.env.example', 'README.md']) {
      const text = `${Buffer.from(fresh.get(path)?.bytes ?? [])}`
      assert.equal(app.read(path), text.replaceAll('\n', '\r\n'), path)
    }
    assert.doesNotMatch(app.read('package.json') + app.read('.env'), /(?<!\r)\n/)
    assert.match(app.read('package.json'), /"mine": "x"[\s\S]*connect-redis/)
  })
})
