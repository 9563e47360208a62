import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { alice } from './suite.ts'

/** A session id as the value of a cookie that a secret signed, in express-session's way. */
export function signCookie(id: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
  return encodeURIComponent(`s:${id}.${signature}`)
}

/** What a browser does with a site, as far as cookies and forms go. */
export function openBrowser(
  origin: string,
  headers: Record<string, string> = {},
  /** Of this browser and all its copies. */
  answers = { slowestMs: 0 },
) {
  const jar = new Map<string, string>()
  // What tells our forms from those of other sites, before a login and after.
  let tokens = { visitor: '', session: '' }

  function takeToken(path: string, { status, headers }: Response) {
    const token = headers.get('X-CSRF-Token')
    if (!token) return
    if (path.startsWith('/login') && status !== 303) tokens.visitor = token
    else tokens.session = token
  }

  async function tokenFor(path: string): Promise<Record<string, string>> {
    if (path.startsWith('/probe')) return {}
    if (path === '/login') {
      if (!tokens.visitor) await request('/login')
      return { 'X-CSRF-Token': tokens.visitor }
    }
    if (!tokens.session) await request('/api/me')
    return tokens.session ? { 'X-CSRF-Token': tokens.session } : {}
  }

  async function send(path: string, options: RequestInit): Promise<Response> {
    const own = { Origin: origin, 'Sec-Fetch-Site': 'same-origin', ...(await tokenFor(path)) }
    return request(path, { method: 'POST', ...options, headers: { ...own, ...options.headers } })
  }

  async function request(path: string, options: RequestInit = {}): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const began = performance.now()
    const response = await fetch(origin + path, {
      redirect: 'manual',
      ...options,
      headers: { ...headers, ...(cookie && { cookie }), ...options.headers },
    })
    answers.slowestMs = Math.max(answers.slowestMs, performance.now() - began)
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const gone = /expires=([^;]+)/i.exec(line)?.[1]
      if (gone && Date.parse(gone) <= Date.now()) jar.delete(name)
      else jar.set(name, value)
    }
    takeToken(path, response)
    return response
  }

  const post = (path: string, body: unknown = {}) =>
    send(path, {
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    })

  return {
    jar,
    answers,
    get: (path: string) => request(path),
    post,
    submit: (path: string, form: Record<string, string>) =>
      send(path, { body: new URLSearchParams(form) }),
    login: (form = alice) => send('/login', { body: new URLSearchParams(form) }),
    me: async () => {
      const response = await request('/api/me')
      return response.status === 200 ? await response.json() : response.status
    },
    /** The names of the headers that a POST is answered with, as they are written, which fetch does not tell. */
    async headerNames(path: string): Promise<string[]> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const post = http.request(origin + path, { method: 'POST', headers: { ...headers, cookie } })
      const [response] = (await once(post.end(), 'response')) as [http.IncomingMessage]
      await once(response.resume(), 'end')
      return response.rawHeaders.filter((_, index) => index % 2 === 0)
    },
    /** Another browser with the same cookies, which does not notice when they are taken back. */
    copy: (at = origin) => {
      const other = openBrowser(at, headers, answers)
      for (const [name, value] of jar) other.jar.set(name, value)
      other.keepTokens(tokens)
      return other
    },
    keepTokens(known: typeof tokens) {
      tokens = { ...known }
    },
  }
}

export type Browser = ReturnType<typeof openBrowser>
