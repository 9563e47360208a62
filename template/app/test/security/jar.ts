import { noteCookie, noteSecret } from './leaks.ts'

const isLoginPath = (path: string) => /^\/login\b/.test(path)

/** The cookies of a visitor, and the tokens that pages and headers brought, by the cookie they are for. */
export function openJar(cookies = new Map<string, string>(), tokens = new Map<string, string>()) {
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
