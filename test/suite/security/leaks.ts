import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { lacks, type Suite } from '../conformance/suite.ts'

type Kind = 'cookie' | 'token' | 'password' | 'secret'

const secrets = new Map<string, Kind>()
const texts = new Map<string, string>()
const logs: string[][] = []

/** Remembers a secret of a test; what is too short to be told from a word is none. */
export function noteSecret(kind: Kind, value: string) {
  if (value.length >= 12) secrets.set(value, kind)
}

/** Remembers the parts of a cookie's value: the id, the signature, and both as they are sent. */
export function noteCookie(value: string) {
  const plain = decodeURIComponent(value)
  const [, id = '', signature = ''] = /^s:([^.]*)\.(.*)$/.exec(plain) ?? []
  for (const part of [value, plain, id, signature, encodeURIComponent(signature)])
    noteSecret('cookie', part)
}

/** Remembers what somebody could read somewhere, but for the hidden fields, which are the tokens' place. */
export function noteText(where: string, text: string) {
  texts.set(text.replace(/(name="_csrf" value=")[^"]*/g, '$1'), where)
}

/** Remembers a log, with what it will say yet. */
export function noteLog(lines: string[]) {
  logs.push(lines)
}

/** Remembers an answer: its text, and its headers but for the one that is the tokens' place. */
export function noteAnswer(path: string, { headers }: Response, body: string) {
  noteText(`the answer of ${path}`, body)
  for (const [name, value] of headers) {
    if (name !== 'x-csrf-token') noteText(name, value)
  }
}

/** Which secrets were seen where they must not be: a cookie belongs into Set-Cookie, a token into its field and header, all else nowhere. */
export function findLeaks(): string[] {
  for (const lines of logs) for (const line of lines) noteText('the log', line)
  return [...texts].flatMap(([text, where]) =>
    [...secrets]
      .filter(
        ([secret, kind]) => !(kind === 'cookie' && where === 'set-cookie') && text.includes(secret),
      )
      .map(([, kind]) => `a ${kind} in ${where}`),
  )
}

/** Fails when any answer, log line, users file or store of this process's tests shows a secret (OWASP ASVS 14.2.1, 16.2.5, 3.3.4). */
export async function assertNoLeaks({ env, backend }: Suite) {
  noteText('the users file', await readFile(String(env.USERS_FILE), 'utf8'))
  for (const file of await listFiles(String(env.SESSION_STORE_URL)))
    noteText('a file of the store', (await ifThere(readFile(file, 'latin1'))) ?? '')
  if (!lacks.scan)
    for await (const stored of backend.scan()) noteText('a record', JSON.stringify(stored))
  for (const kind of ['cookie', 'token', 'password', 'secret'])
    assert.ok([...secrets.values()].includes(kind as Kind), `no ${kind} was seen at all`)
  assert.deepEqual([...new Set(findLeaks())], [])
  assert.ok([...texts.values()].includes('the log'), 'no log line was seen at all')
}

/** Null for a file that is gone: other tests share the store, and remove what is theirs. */
export async function ifThere<Result>(read: Promise<Result>): Promise<Result | null> {
  return read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** The files of a store that keeps sessions in a file or a folder, with what lies beside them. */
async function listFiles(url: string): Promise<string[]> {
  const [, path] = /^(?:file|sqlite):(?:\/\/)?(\/.*)$/.exec(url) ?? []
  if (!path) return []
  const folder = (await stat(path)).isDirectory() ? path : join(path, '..')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

const insides = [
  /node_modules|\/src\/|\.ts\b|127\.0\.0\.1|localhost|unexpected token/i,
  /sql|redis|mongo|dynamo|memcache|proxy/i,
  /\bat \w+ |[a-z]Error\b|\bE[A-Z]{4,}\b/,
]

/** Fails when an answer tells of paths, places, drivers, or errors in their own words (OWASP ASVS 16.5.1). */
export async function assertNothingOfInsides(response: Response) {
  // A token is random, and may look like anything.
  const text = (await response.text()).replace(/[\w-]{86}/g, '')
  for (const each of insides) assert.doesNotMatch(text, each, response.url)
}
