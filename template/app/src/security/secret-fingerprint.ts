import { createHash, hkdfSync } from 'node:crypto'
import { type AuditLog, findWeakness, type SessionBackend, type Stored } from '../session/index.ts'

// Each start begins it anew. A Memcached behind a custom store takes more than 30 days for a date in 1970,
// and a timer of more than 24 days is over at once.
const keptMs = 24 * 86_400_000
const tries = 10
const hint =
  'The instance that started before this one has none of its SESSION_SECRETS: users of the one are strangers to the other. Give all instances the same list; where you have just replaced every secret at once, as after a leak, nothing is to be done'

// No session id hashes to this, for it would have to hold a NUL.
const id = createHash('sha256').update('secrets\0').digest('hex')

/**
 * Logs `secret_differs` when the instance that started before this one has none of its secrets, and
 * keeps what the next one is compared with, in the backend of the sessions. A rotation, whose old
 * secret still verifies, is no difference. Throws when the backend is away.
 */
export async function compareSecrets(
  backend: SessionBackend,
  secrets: string[],
  audit: AuditLog,
): Promise<void> {
  if (backend.isPrivate) return
  // Of a weak one, even so little would tell whether it was guessed.
  const own = secrets.filter((secret) => !findWeakness(secret)).map(fingerprintOf)
  for (let left = tries; left > 0; left--) {
    const kept = await backend.read(id)
    if (!kept) {
      // Some backends refuse it when another instance was faster; either way, look who was.
      await backend.insert(toStored(own, 1)).catch(() => {})
      continue
    }
    if ((await backend.replace(toStored(own, kept.rev + 1), kept.rev)) !== 'done') continue
    const known: string[] = JSON.parse(kept.data).fields.fingerprints
    if (!known.some((each) => own.includes(each))) audit('secret_differs', { hint })
    return
  }
}

/**
 * Two bytes of a key that is derived from a secret: whoever reads the store learns 16 bits of 256, and
 * of a million guesses fifteen fit. So no guess is confirmed, however fast they are made, which a slow
 * hash would only put off; and a difference goes unnoticed once in 65,536. They are the same each
 * time, for a new salt at each start would give away 16 bits more.
 */
function fingerprintOf(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'fingerprint', 2)).toString('hex')
}

function toStored(fingerprints: string[], rev: number): Stored {
  // `created: 0` makes it a session that ended long ago for whoever lists sessions.
  const data = JSON.stringify({ created: 0, fields: { fingerprints } })
  return { id, owner: null, rev, expires: Date.now() + keptMs, data }
}
