import { readFileSync } from 'node:fs'
import type { Reader } from './environment.ts'

const placeholder = /keyboard cat|change.?me|your.?secret|placeholder|example|<secret>|password/i

/** What makes a session secret too weak to sign with, or null; never repeats the secret (OWASP ASVS 13.3.1). */
export function findWeakness(secret: string): string | null {
  if (Buffer.byteLength(secret) < 32) return 'is shorter than 32 bytes'
  if (placeholder.test(secret)) return 'is a placeholder'
  if (new Set(secret).size < 12) return 'has fewer than 12 different characters'
  if (/[\s,]/.test(secret)) return 'holds a space, a line break or a comma'
  return null
}

/** The secrets of SESSION_SECRETS or of the file at SESSION_SECRETS_FILE: the first signs, all verify. */
export function readSecrets({ text, problems }: Reader): string[] {
  const file = text('SESSION_SECRETS_FILE')
  const name = file ? 'SESSION_SECRETS_FILE' : 'SESSION_SECRETS'
  let list = text('SESSION_SECRETS')
  try {
    if (file) list = readFileSync(file, 'utf8').trim()
  } catch (error) {
    problems.push(`SESSION_SECRETS_FILE cannot be read: ${(error as Error).message}`)
    return []
  }
  const secrets = list.split(',').map((secret) => secret.trim())
  if (!list) {
    problems.push(`${name} is empty; make .env as .env.example says, or set 32 random bytes`)
  }
  for (const [index, secret] of secrets.entries()) {
    const weakness = list && findWeakness(secret)
    if (weakness) problems.push(`${name}: secret ${index + 1} ${weakness}; set 32 random bytes`)
  }
  return secrets
}
