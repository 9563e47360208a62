import { createHash } from 'node:crypto'

const sessionIdForm = /^[A-Za-z0-9_-]{16,128}(~[A-Za-z0-9_-]{32})?$/
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Whether a text can be a session id; what cannot never reaches the backend. */
export function isSessionId(text: string): boolean {
  return sessionIdForm.test(text)
}

/** What of a session id stays when it is rotated. */
export function firstPart(sessionId: string): string {
  return sessionId.split('~', 1)[0] ?? ''
}

/** What of a session id a rotation replaces; empty before the first one. */
export function laterPart(sessionId: string): string {
  return sessionId.slice(firstPart(sessionId).length + 1)
}

/** The name that a backend knows a session by, whichever of its ids it comes with. */
export function storedId(sessionId: string): string {
  return sha256(firstPart(sessionId))
}

/** The name that people know a session by: it tells nothing of the session id, nor of what the backend has. */
export function handleOf(id: string): string {
  return sha256(`handle:${id}`).slice(0, 32)
}
