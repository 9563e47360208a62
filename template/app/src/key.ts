import { hkdfSync } from 'node:crypto'

/** A key of its own for one purpose, from a session secret, so that what leaks of one use says nothing of another. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}
