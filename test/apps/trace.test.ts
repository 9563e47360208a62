import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { relative } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type EmittedApp, emitApp } from './emitted-app.ts'
import { addUser, openVisitor, readAddresses } from './running-app.ts'

const alice = { username: 'alice', password: 'marble thistle under 19' }

describe('the files of src/ that a request of an emitted app enters', () => {
  let emitted: EmittedApp
  let app: TracedApp
  const visitor = openVisitor()

  before(async () => {
    emitted = await emitApp('trace', 'sqlite')
    await addUser(emitted, alice)
    app = await startTraced(emitted.folder)
    // What happens once, as making the table does, is none of a request's own.
    await visitor.login(app, alice)
    await visitor.whoAmI(app)
  })

  after(async () => {
    await app?.end()
    emitted?.remove()
  })

  it('are at most 32 for a login, its page and its form', async (test) => {
    await app.takeEntered()
    assert.equal(await openVisitor().login(app, alice), 303)
    checkEntered(test, await app.takeEntered(), 32)
  })

  it('are at most 24 for the account page of somebody logged in', async (test) => {
    await app.takeEntered()
    const page = await visitor.visit(app, '/account')
    const entered = await app.takeEntered()
    assert.match(await page.text(), /Hello, alice/)
    checkEntered(test, entered, 24)
  })
})

/** Reports how many files there are, and fails where they are more than `most`. */
function checkEntered(test: TestContext, entered: string[], most: number) {
  test.diagnostic(`${entered.length} files: ${entered.join(', ')}`)
  assert.ok(entered.includes('src/session/index.ts'), `not traced: ${entered}`)
  assert.ok(
    entered.length <= most,
    `Whoever follows this request reads ${entered.length} files, and ${most} are the most. Put together what each request needs together:\n${entered.join('\n')}`,
  )
}

interface TracedApp {
  address: string
  /** The files of `src/` of which a function has run since the last call. */
  takeEntered(): Promise<string[]>
  end(): Promise<void>
}

async function startTraced(folder: string): Promise<TracedApp> {
  const coverage = new URL('coverage.ts', import.meta.url).href
  const child = spawn(
    process.execPath,
    ['--env-file=.env', '--import', coverage, 'src/server.ts'],
    {
      cwd: folder,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  )
  const { value: address } = await readAddresses(child.stdout ?? assert.fail()).next()
  return {
    address,

    async takeEntered() {
      child.send('take')
      const [urls] = (await once(child, 'message')) as [string[]]
      return urls
        .filter((url) => url.startsWith('file:'))
        .map((url) => relative(folder, fileURLToPath(url)))
        .filter((path) => path.startsWith('src/'))
        .sort()
    },

    async end() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}
