import { alice } from './suite.ts'

/** What a browser does with a site, as far as cookies and forms go. */
export function openBrowser(origin: string, headers: Record<string, string> = {}) {
  const jar = new Map<string, string>()

  async function request(path: string, options: RequestInit = {}): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(origin + path, {
      redirect: 'manual',
      ...options,
      headers: { ...headers, ...(cookie && { cookie }), ...options.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const gone = /expires=([^;]+)/i.exec(line)?.[1]
      if (gone && Date.parse(gone) <= Date.now()) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  const post = (path: string, body: unknown = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    })

  return {
    jar,
    get: (path: string) => request(path),
    post,
    submit: (path: string, form: Record<string, string>) =>
      request(path, { method: 'POST', body: new URLSearchParams(form) }),
    login: (form = alice) => request('/login', { method: 'POST', body: new URLSearchParams(form) }),
    me: async () => {
      const response = await request('/api/me')
      return response.status === 200 ? await response.json() : response.status
    },
    /** Another browser with the same cookies, which does not notice when they are taken back. */
    copy: (at = origin) => {
      const other = openBrowser(at, headers)
      for (const [name, value] of jar) other.jar.set(name, value)
      return other
    },
  }
}

export type Browser = ReturnType<typeof openBrowser>
