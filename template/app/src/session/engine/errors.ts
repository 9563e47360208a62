/** Writes a security event to the log: its name there, and what belongs to it. */
export type AuditLog = (event: string, details?: Record<string, unknown>) => void

/** An error that says which status and `{"error": code}` the client gets; message and cause go to the log only. */
export interface HttpError extends Error {
  status: number
  code: string
}

/** Makes an `HttpError`; `cause` is what led to it. */
export function httpError(
  status: number,
  code: string,
  message: string,
  cause?: unknown,
): HttpError {
  return Object.assign(new Error(message, { cause }), { status, code })
}

/** The session was ended, by a logout or its lifetime, while the request ran. */
export const sessionEnded = () =>
  httpError(401, 'session_ended', 'The session ended while the request ran')

const maxLength = 200

/** An error in one line that is safe to log: drivers put statements, values and session ids into messages, and JSON.parse puts the text. */
export function safeMessage(error: unknown): string {
  if (typeof error !== 'object' || error === null) return safeMessage({ message: String(error) })
  const { name = 'Error', message = '', code, original } = error as Partial<DriverError>
  const [line = ''] = message.split(/\n|\bsql: |, (?:\.\.\.)?".*is not valid JSON/i)
  const text = line.replace(/[0-9a-f]{32,}/gi, '…').slice(0, maxLength)
  // Node's error about several addresses of one name, as `localhost` may be, has a code alone.
  const known = String(code ?? original?.code ?? '')
  const parts = [name !== 'Error' && `${name}:`, text, !text.includes(known) && `(${known})`]
  return parts.filter(Boolean).join(' ')
}

/** An error as `err` in the log: its message, that of its cause, and the stack. */
export function serializeError(error: unknown) {
  const { cause, stack = '' } = error instanceof Error ? error : new Error()
  return {
    message: safeMessage(error),
    ...(cause !== undefined && { cause: safeMessage(cause) }),
    stack: stack.split('\n').filter((line) => /^\s+at /.test(line)),
  }
}

interface DriverError extends NodeJS.ErrnoException {
  /** Sequelize's name for the error of the driver. */
  original: NodeJS.ErrnoException
}
