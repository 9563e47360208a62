import assert from 'node:assert/strict'
import { parseEnv } from 'node:util'

/** The text of a file of an app without what is another in each app: secrets, and when its user was made. */
export function withoutSecrets(path: string, text = ''): string {
  if (path === 'data/users.json') {
    return text.replace(/"hash": ".*"/, '').replace(/"(created|sessionVersion)": \d+/g, '')
  }
  if (path !== '.env') return text
  const { SESSION_SECRETS: secret = '', STORE_PASSWORD: password } = parseEnv(text)
  assert.match(secret, /^[\w-]{43}$/)
  const plain = text.replaceAll(secret, '<secret>')
  return password ? plain.replaceAll(password, '<password>') : plain
}
