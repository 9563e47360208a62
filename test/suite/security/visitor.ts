import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { alice } from '../conformance/suite.ts'
import { noteAnswer, noteCookie, noteSecret, noteText } from './leaks.ts'

/** Where browsers reach the app, by its proxy. */
export const publicOrigin = 'https://app.test'

/** Headers of a request; null takes away one that a visitor would send. */
export type HeaderChanges = Record<string, string | null>

export interface VisitorOptions {
  /** Where the proxy says that the visitor is. */
  address?: string
  headers?: HeaderChanges
}

/** What a visitor sends otherwise than usual: headers, and another token than its own, or null for none. */
interface Sending {
  headers?: HeaderChanges
  token?: string | null
}

export interface Me {
  user: string
  note: string
  visits: number
}

export interface Credentials {
  username: string
  password: string
}

/** A browser behind the proxy that ends https: it keeps cookies and, from its pages, tokens. */
export function openVisitor(origin: string, options: VisitorOptions = {}, jar = openJar()) {
  async function request(
    method: string,
    path: string,
    own: HeaderChanges = {},
    body: string | null = null,
  ) {
    const headers = new Headers()
    const given = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-For': options.address ?? '203.0.113.7',
      Cookie: jar.header() || null,
    }
    for (const changes of [given, options.headers ?? {}, own]) {
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) headers.delete(name)
        else headers.set(name, value)
      }
    }
    const response = await fetch(origin + path, { method, headers, body, redirect: 'manual' })
    const text = await response.clone().text()
    noteAnswer(`${method} ${path}`, response, text)
    jar.keep(path, response, text)
    return response
  }

  const get = (path: string, headers: HeaderChanges = {}) =>
    request('GET', path, { Accept: /^\/api/i.test(path) ? null : 'text/html', ...headers })

  /** The token for a path: the one that the visitor has of this session, or asks for now; none without a session. */
  async function token(path = '/'): Promise<string | null> {
    if (!jar.tokenFor(path)) await get(/^\/login\b/.test(path) ? '/login' : '/api/me')
    return jar.tokenFor(path) ?? null
  }

  const ownSite = { Origin: publicOrigin, 'Sec-Fetch-Site': 'same-origin' }

  function notePasswords(fields: object) {
    for (const [name, value] of Object.entries(fields))
      if (/^(password|current|again)$/.test(name)) noteSecret('password', String(value))
  }

  /** Sends JSON as a program does, with the token in a header. */
  async function post(path: string, body: object = {}, sending: Sending = {}) {
    notePasswords(body)
    const { token: given = await token(path), headers } = sending
    const own = { ...ownSite, Accept: 'application/json', 'Content-Type': 'application/json' }
    const all = { ...own, 'X-CSRF-Token': given, ...headers }
    return request('POST', path, all, JSON.stringify(body))
  }

  /** Sends a form as a page does, with the token in a field. */
  async function submit(path: string, form: Record<string, string> = {}, sending: Sending = {}) {
    notePasswords(form)
    const { token: given = await token(path), headers } = sending
    const fields = new URLSearchParams(given === null ? form : { ...form, _csrf: given })
    const type = 'application/x-www-form-urlencoded'
    const all = { ...ownSite, Accept: 'text/html', 'Content-Type': type, ...headers }
    return request('POST', path, all, String(fields))
  }

  async function me(headers?: HeaderChanges): Promise<Me | number> {
    const response = await get('/api/me', headers)
    return response.status === 200 ? ((await response.json()) as Me) : response.status
  }

  return {
    jar: jar.cookies,
    request,
    get,
    post,
    submit,
    token,
    login: (user: Credentials = alice, sending?: Sending) =>
      submit('/login', { username: user.username, password: user.password }, sending),
    /** What the app says who the visitor is, or the status that it answers instead. */
    me,
    /** The name of the user that the visitor is, or the status that the app answers instead. */
    async who(): Promise<string | number> {
      const answer = await me()
      return typeof answer === 'number' ? answer : answer.user
    },
    /** Somebody else with the same cookies, who does not notice when they are taken back. */
    copy: (changes: VisitorOptions & { at?: string } = {}) =>
      openVisitor(changes.at ?? origin, { ...options, ...changes }, jar.copy()),
  }
}

export type Visitor = ReturnType<typeof openVisitor>

/** A session id in a cookie's value as the app signs it, for one who has its secret. */
export function signCookie(id: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
  return encodeURIComponent(`s:${id}.${signature}`)
}

/** What `fetch` cannot send: any method, and these headers and no others, for a visitor's cookies or nobody's. */
export async function askRaw(
  origin: string,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  visitor?: Visitor,
) {
  const cookie = [...(visitor?.jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const asked = request(new URL(origin), {
    method,
    path,
    headers: { 'X-Forwarded-Proto': 'https', ...(cookie && { cookie }), ...headers },
    agent: false,
  }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(answer)
  noteText(`the answer of ${method} ${path}`, body)
  return { status: answer.statusCode ?? 0, headers: answer.headers, body }
}

const isLoginPath = (path: string) => /^\/login\b/.test(path)

/** The cookies of a visitor, and the tokens that pages and headers brought, by the cookie they are for. */
function openJar(cookies = new Map<string, string>(), tokens = new Map<string, string>()) {
  const find = (name: 'id' | 'pre') => cookies.get(`__Host-${name}`) ?? cookies.get(name) ?? ''

  function keepCookie(line: string) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const gone = /expires=([^;]+)/i.exec(line)?.[1]
    if (/max-age=0\b/i.test(line) || (gone && Date.parse(gone) <= Date.now())) cookies.delete(name)
    else cookies.set(name, value)
    noteCookie(value)
  }

  return {
    cookies,
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    copy: () => openJar(new Map(cookies), new Map(tokens)),

    /** The token for a path, if one is known: of the cookie before login for the login, else of the session. */
    tokenFor(path: string): string | undefined {
      const cookie = find(isLoginPath(path) ? 'pre' : 'id')
      return cookie === '' ? undefined : tokens.get(cookie)
    },

    keep(path: string, { headers }: Response, text: string) {
      const before = find('id')
      for (const line of headers.getSetCookie()) keepCookie(line)
      // A login page speaks for the cookie before login, unless the answer is a new session.
      const cookie = find(isLoginPath(path) && find('id') === before ? 'pre' : 'id')
      const fields = [...text.matchAll(/name="_csrf" value="([^"]+)"/g)].map(([, value]) => value)
      for (const token of [headers.get('X-CSRF-Token'), ...fields]) {
        if (!token) continue
        noteSecret('token', token)
        tokens.set(cookie, token)
      }
    },
  }
}
