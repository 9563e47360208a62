import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNothingOfInsides } from './insides.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { publicOrigin, type Visitor } from './visitor.ts'

/** An error of the app's own code at a signal, as none is known that a request could cause. */
const bug = 'process.on("SIGUSR2", () => { throw new Error("a bug") })'

describe('an error', () => {
  const { suite, app } = shareSecureApp()

  /** Answers that are errors, to somebody who is logged in. */
  async function causeErrors(visitor: Visitor) {
    const own = { Origin: publicOrigin, 'X-CSRF-Token': await visitor.token() }
    const headers = { ...own, 'Content-Type': 'application/json' }
    const send = (Accept: string, body: string) =>
      visitor.request('POST', '/api/note', { ...headers, Accept }, body)
    return [
      await send('application/json', '{"note":'),
      await send('text/html', '{"note":'),
      await send('application/json', '{"note":5}'),
      await visitor.get('/nowhere'),
      await visitor.get('/%E0%A4%A'),
    ]
  }

  for (const NODE_ENV of ['production', 'development']) {
    it(`that a request causes in ${NODE_ENV} is answered with nothing from inside [ASVS 16.5.1, 13.4.2]`, async (test) => {
      const there = await suite().start(test, { NODE_ENV })
      for (const response of await causeErrors(await there.enter())) {
        assert.ok([400, 404].includes(response.status), `${response.url}: ${response.status}`)
        await assertNothingOfInsides(response)
      }
    })
  }

  it('about a file says what it is itself, not what the file would be [ASVS 4.1.1]', async () => {
    const answer = await app().visitor().get('/assets/style.css', { Range: 'bytes=9999999-' })
    assert.equal(answer.status, 416)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  })

  it('that nobody has caught is a line of the log, and the process ends in order [ASVS 16.5.4, 16.3.4]', async (test) => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(bug)}`
    const faulty = await suite().start(test, { NODE_OPTIONS })
    const visitor = await faulty.enter()
    assert.equal(await visitor.who(), 'alice')
    assert.equal(await faulty.end('SIGUSR2'), 1)
    const line = await faulty.heard('uncaught_exception')
    assert.equal(line.level, 'error')
    assert.match(JSON.stringify(line), /a bug/)
    for (const each of faulty.lines) assert.doesNotThrow(() => JSON.parse(each), each)
    assert.equal(faulty.events().at(-1)?.event, 'shutdown_done')
  })

  it('shows no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
