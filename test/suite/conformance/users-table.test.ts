import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readConfig } from '../../../src/config.ts'
import { openUserTable } from '../../../src/session/backend/user-table.ts'
import { createUsers, type Users } from '../../../src/users/users.ts'
import { openUsersFile, type UserRecord } from '../../../src/users/users-file.ts'
import { openUsersTable } from '../../../src/users/users-table.ts'
import { describeUsers } from '../unit/users-rules.ts'
import { eventually } from './clock.ts'
import { openProxy } from './proxy.ts'
import { startProcess } from './server.ts'
import { type Suite, startSuite } from './suite.ts'

const skip = openUserTable === null && 'declared: this store keeps users in a file'
const password = 'a long enough password'

describe('users in the database of the store', { skip }, () => {
  let suite: Suite
  let folder: string
  before(async () => {
    suite = await startSuite()
    folder = await mkdtemp(join(tmpdir(), 'users-'))
  })
  after(async () => {
    await suite?.stop()
    await rm(folder, { recursive: true })
  })

  const newPlace = () => ({
    SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:`,
    USERS_FILE: '',
  })

  interface Place extends NodeJS.ProcessEnv {
    SESSION_KEY_PREFIX: string
  }

  /** Opens a table as one more process does, until the test ends; it begins with the users of a file. */
  function open(
    ending: { after(end: () => unknown): void },
    place: Place,
    first = join(folder, 'none.json'),
  ) {
    const config = readConfig({ ...suite.env, ...place })
    const imported: unknown[] = []
    const backend = openUsersTable(config, openUsersFile(first), (_event, { count } = {}) => {
      imported.push(count)
    })
    assert.ok(backend)
    const users = createUsers(backend, { minLength: 15 })
    ending.after(users.close)
    return { users, backend, imported }
  }

  async function writeUsers(...names: string[]): Promise<string> {
    const file = join(folder, `${randomBytes(4).toString('hex')}.json`)
    const records = names.map((name): [string, UserRecord] => [name, { hash: `hash of ${name}` }])
    await writeFile(file, JSON.stringify(Object.fromEntries(records)))
    return file
  }

  const namesOf = async (users: Users) => (await users.list()).map(({ name }) => name)

  describe('are as in a file:', () => {
    const place = newPlace()
    let users: Users
    before(() => {
      users = open({ after: () => {} }, place).users
    })
    after(() => users.close())
    describeUsers(() => users)
  })

  it('lose no change that two processes make at the same moment', async (test) => {
    const place = newPlace()
    const [here, there] = [open(test, place), open(test, place)]
    const first = await here.users.setPassword('alice', password)
    const count = (record?: UserRecord) =>
      record && { ...record, created: (record.created ?? 0) + 1 }
    for (let round = 0; round < 10; round++) {
      await Promise.all([here, there].map(({ backend }) => backend.change('alice', count)))
    }
    assert.equal((await here.users.find('alice'))?.created, first.created + 20)
  })

  it('have one of two names that differ in case only, also when both come at once', async (test) => {
    const place = newPlace()
    const [here, there] = [open(test, place).users, open(test, place).users]
    const both = [here.setPassword('bob', password), there.setPassword('Bob', password)]
    const outcomes = await Promise.allSettled(both)
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await here.list()).length, 1)
    const refused = outcomes.find((each) => each.status === 'rejected')
    assert.match(String(refused?.reason), /too much like/)
  })

  it('begin with those of the file, once, whoever comes first', async (test) => {
    const place = newPlace()
    const file = await writeUsers('alice', 'bob')
    const text = await readFile(file, 'utf8')
    const opened = Array.from({ length: 3 }, () => open(test, place, file))
    const lists = await Promise.all(opened.map(({ users }) => namesOf(users)))
    for (const names of lists) assert.deepEqual(names, ['alice', 'bob'])
    assert.deepEqual(
      opened.flatMap(({ imported }) => imported),
      [2],
    )
    assert.equal(await readFile(file, 'utf8'), text)
  })

  it('that were removed stay gone, also where all were, and the app starts again with the file', async (test) => {
    const place = newPlace()
    const file = await writeUsers('alice', 'bob')
    const { users } = open(test, place, file)
    assert.equal(await users.remove('alice'), true)
    assert.deepEqual(await namesOf(open(test, place, file).users), ['bob'])
    assert.equal(await users.remove('bob'), true)
    const again = open(test, place, file)
    assert.deepEqual(await namesOf(again.users), [])
    assert.deepEqual(again.imported, [])
    await again.users.setPassword('alice', password)
    assert.equal((await users.find('alice'))?.name, 'alice')
  })

  it('take nothing from a file that comes when somebody is there already', async (test) => {
    const place = newPlace()
    const { users } = open(test, place)
    assert.deepEqual(await namesOf(users), [])
    await users.setPassword('carol', password)
    const late = open(test, place, await writeUsers('alice'))
    assert.deepEqual(await namesOf(late.users), ['carol'])
  })

  it('say which names of the file are too much alike, and begin once one is another', async (test) => {
    const file = await writeUsers('alice', 'Alice')
    const { users } = open(test, newPlace(), file)
    const refusal = { status: 503, code: 'users_unavailable', message: /"Alice" and "alice" in/ }
    await assert.rejects(users.find('alice'), refusal)
    await writeFile(file, JSON.stringify({ alice: { hash: '' } }))
    assert.deepEqual(await namesOf(users), ['alice'])
  })

  it('begin with all of a file of 4,000, also by a command whose calls may take 1.5 s each', async (test) => {
    const names = Array.from({ length: 4000 }, (_none, at) => `user${at}`)
    const place = await mkdtemp(join(folder, 'many-'))
    await mkdir(join(place, 'data'))
    await rename(await writeUsers(...names), join(place, 'data/users.json'))
    const env = { ...suite.env, ...newPlace(), SESSION_STORE_TIMEOUT_MS: '1500' }
    const { ended, lines } = startProcess(test, 'cli/user.ts', ['list'], env, place)
    assert.equal(await ended, 0, lines.join('\n'))
    assert.deepEqual(
      lines.filter((line) => !line.includes(' ')),
      names.sort(),
    )
  })

  it('that are kept out of the table are what npm run setup fails for, and says', async (test) => {
    const place = await mkdtemp(join(folder, 'alike-'))
    await mkdir(join(place, 'data'))
    await rename(await writeUsers('alice', 'Alice'), join(place, 'data/users.json'))
    const env = { ...suite.env, ...newPlace() }
    const { ended, lines } = startProcess(test, 'cli/setup.ts', [], env, place)
    assert.equal(await ended, 1)
    assert.match(lines.join('\n'), /The session store is ready\./)
    assert.match(lines.join('\n'), /"Alice" and "alice" in .* are too much alike/)
  })

  it('are an outage while their database is away, in time and without a secret, and there again after it', async (test) => {
    if (suite.lacks(test, 'server')) return
    const place = newPlace()
    await open(test, place).users.setPassword('alice', password)
    for (const fault of ['refuse', 'freeze', 'drop'] as const) {
      const proxy = await openProxy(String(suite.env.SESSION_STORE_URL))
      test.after(proxy.close)
      const away = { SESSION_STORE_URL: proxy.url, SESSION_STORE_TIMEOUT_MS: '500' }
      await proxy[fault]()
      const { users } = open(test, { ...place, ...away })
      for (const ask of [
        () => users.find('alice'),
        () => users.list(),
        () => users.setPassword('alice', password),
        () => users.verify('alice', password, { kind: 'login', address: '' }),
      ]) {
        const began = performance.now()
        const error = await ask().then(() => assert.fail(fault), Object)
        assert.deepEqual([error.status, error.code], [503, 'users_unavailable'], error.message)
        assert.ok(performance.now() - began < 8000)
        const url = URL.parse(String(suite.env.SESSION_STORE_URL))
        assert.ok(!url?.password || !error.message.includes(url.password))
      }
      await proxy.heal()
      await eventually(
        async () => (await users.find('alice').catch(() => null))?.name === 'alice',
        `they are found after ${fault}`,
      )
    }
  })

  it('are all in the file of their export, of which another place begins', async (test) => {
    const place = newPlace()
    const { users } = open(test, place)
    await users.setPassword('alice', password)
    await users.setPassword('bob', password, { isInitial: true })
    await users.setDisabled('bob', true)
    const file = join(folder, 'exported', 'users.json')
    const env = { ...suite.env, ...place }
    const exporting = () => startProcess(test, 'cli/user.ts', ['export', file], env)
    assert.equal(await exporting().ended, 0)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const there = open(test, newPlace(), file)
    assert.deepEqual(await there.users.list(), await users.list())
    const attempt = { kind: 'login', address: '192.0.2.1' } as const
    assert.equal((await there.users.verify('alice', password, attempt))?.name, 'alice')
    const again = exporting()
    assert.equal(await again.ended, 1)
    assert.match(again.lines.join(), /is there already; name another file/)
  })
})
