import { createHash } from 'node:crypto'

const sessionIdForm = /^[A-Za-z0-9_-]{16,128}$/
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Whether a text can be a session id; what cannot never reaches the backend. */
export function isSessionId(text: string): boolean {
  return sessionIdForm.test(text)
}

/** The name that a backend knows a session by. */
export const storedId = sha256

/** The name that people know a session by: it tells nothing of the session id, nor of what the backend has. */
export function handleOf(id: string): string {
  return sha256(`handle:${id}`).slice(0, 32)
}
