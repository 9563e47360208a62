import { createHmac, timingSafeEqual } from 'node:crypto'

/** Which of the secrets a cookie value is signed with, in express-session's way, by index; -1 for none of them. */
export function findSigner(value: string, secrets: string[]): number {
  const [, id, signature] = /^s(?::|%3A)([^.]+)\.(.+)$/i.exec(value) ?? []
  if (id === undefined || signature === undefined) return -1
  return secrets.findIndex((secret) => {
    const expected = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
    return isSame(signature, expected) || isSame(signature, encodeURIComponent(expected))
  })
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function isSame(...texts: [string, string]): boolean {
  const [one, other] = texts.map((text) => Buffer.from(text))
  return one !== undefined && one.length === other?.length && timingSafeEqual(one, other)
}
