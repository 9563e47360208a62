const placeholder = /keyboard cat|change.?me|your.?secret|placeholder|example|<secret>|password/i

/** What makes a session secret too weak to sign with, or null; never repeats the secret (OWASP ASVS 13.3.1). */
export function findWeakness(secret: string): string | null {
  if (Buffer.byteLength(secret) < 32) return 'is shorter than 32 bytes'
  if (placeholder.test(secret)) return 'is a placeholder'
  if (new Set(secret).size < 12) return 'has fewer than 12 different characters'
  if (/[\s,]/.test(secret)) return 'holds a space, a line break or a comma'
  return null
}
