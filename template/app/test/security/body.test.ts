import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { publicOrigin, type Visitor } from './visitor.ts'

const insides = /node_modules|\.ts\b|\bat \w|Error:|SyntaxError|in JSON|stack/

describe('a request', () => {
  const { suite, app } = shareSecureApp()
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  /** Sends a body as it is, with all that a request of the app's own has. */
  async function send(path: string, type: string, body: string, encoding: string | null = null) {
    const headers = {
      Origin: publicOrigin,
      'Sec-Fetch-Site': 'same-origin',
      Accept: 'application/json',
      'Content-Type': type,
      'Content-Encoding': encoding,
      'X-CSRF-Token': await visitor.token(),
    }
    return visitor.request('POST', path, headers, body)
  }

  it('that cannot be read is refused in general words, and costs nobody the session [ASVS 16.5.1, 15.3.5]', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const bad: [type: string, body: string, ...statuses: number[]][] = [
      ['application/json', '{"note":', 400],
      ['application/json', '{"note":"x"}}', 400],
      ['application/json', '\0', 400],
      ['application/json', deep, 400],
      ['application/json; charset=utf-99', '{"note":"x"}', 415],
      ['application/x-www-form-urlencoded; charset=utf-7', 'note=x', 415],
      ['application/x-www-form-urlencoded', '&a=b'.repeat(5000), 400, 413],
      ['application/json', `{"note":"${'x'.repeat(600_000)}"}`, 413],
    ]
    for (const [type, body, ...statuses] of bad) {
      const response = await send('/api/note', type, body)
      assert.ok(statuses.includes(response.status), `${response.status} for ${body.slice(0, 40)}`)
      const text = await response.text()
      assert.match(text, /^\{"error":"\w+"\}$/)
      assert.doesNotMatch(text, insides)
    }
    assert.equal(await visitor.who(), 'alice')
  })

  it('that says it is packed and is not is refused in the app’s own words [ASVS 16.5.1]', async () => {
    for (const [encoding, status, error] of [
      ['gzip', 400, 'bad_request'],
      ['deflate', 400, 'bad_request'],
      ['of another kind', 415, 'unsupported_type'],
    ] as const) {
      const response = await send('/api/note', 'application/json', 'never packed', encoding)
      assert.deepEqual([response.status, await response.json()], [status, { error }], encoding)
    }
  })

  it('that is small until it is unpacked is refused [ASVS 16.5.1]', async () => {
    const bomb = gzipSync(JSON.stringify({ note: 'x'.repeat(50_000_000) }))
    const response = await fetch(`${app().origin}/api/note`, {
      method: 'POST',
      body: bomb,
      headers: {
        'X-Forwarded-Proto': 'https',
        Origin: publicOrigin,
        Cookie: [...visitor.jar].map((pair) => pair.join('=')).join('; '),
        'X-CSRF-Token': (await visitor.token()) ?? '',
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
    })
    assert.equal(response.status, 413)
  })

  it('with headers of more than 16 kB is refused, and the next visitor is served [ASVS 16.5.1]', async () => {
    const response = await app()
      .visitor()
      .get('/', { Cookie: `a=${'x'.repeat(20_000)}` })
    assert.equal(response.status, 431)
    assert.doesNotMatch(await response.text(), insides)
    assert.equal((await app().visitor().get('/')).status, 200)
  })

  it('that was refused shows no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
