import { createHmac } from 'node:crypto'

/** Whether the cookie of this name, in a Cookie header, is signed with this secret in express-session's way; true where there is none. */
export function isSignedWith(header: string | undefined, name: string, secret: string): boolean {
  const pair = header?.split(/; */).find((each) => each.startsWith(`${name}=`))
  const [, id, signature] = /=s(?::|%3A)([^.]+)\.(.+)$/i.exec(pair ?? '') ?? []
  if (id === undefined || signature === undefined) return true
  const expected = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
  return signature === expected || signature === encodeURIComponent(expected)
}
