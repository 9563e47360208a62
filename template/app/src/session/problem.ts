/** An error that says which status and which `{"error": code}` the client gets. */
export interface Problem extends Error {
  status: number
  code: string
}

/** Makes a `Problem`; its message and cause go to the log only. */
export function problem(status: number, code: string, message: string, cause?: unknown): Problem {
  return Object.assign(new Error(message, { cause }), { status, code })
}

/** The session was ended, by a logout or its lifetime, while the request ran. */
export const sessionEnded = () =>
  problem(401, 'session_ended', 'The session ended while the request ran')
