const longest = 200

/** What an error says, in one short line that may be logged: without the statement, the values and the session ids that drivers put into their messages, and the text that JSON.parse does. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return reasonOf({ message: String(error) })
  const { name = 'Error', message = '', code, original } = error as Partial<DriverError>
  const [line = ''] = message.split(/\n|\bsql: |, (?:\.\.\.)?".*is not valid JSON/i)
  const text = line.replace(/[0-9a-f]{32,}/gi, '…').slice(0, longest)
  // Node's error about several addresses of one name, as `localhost` may be, has a code alone.
  const known = String(code ?? original?.code ?? '')
  const parts = [name !== 'Error' && `${name}:`, text, !text.includes(known) && `(${known})`]
  return parts.filter(Boolean).join(' ')
}

/** An error as `err` in the log: its reason, that of its cause, and where it was thrown. */
export function describeError(error: unknown) {
  const { cause, stack = '' } = error instanceof Error ? error : new Error()
  return {
    message: reasonOf(error),
    ...(cause !== undefined && { cause: reasonOf(cause) }),
    stack: stack.split('\n').filter((line) => /^\s+at /.test(line)),
  }
}

interface DriverError extends NodeJS.ErrnoException {
  /** Sequelize's name for the error of the driver. */
  original: NodeJS.ErrnoException
}
