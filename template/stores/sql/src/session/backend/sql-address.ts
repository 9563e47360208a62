/** How a database is opened: how long a connection, and each of its calls, may take in ms, and how many connections there may be. */
export interface DatabaseOptions {
  timeoutMs: number
  connections?: number
}

/** Reads the address of a database server, which `setting` says; throws, without the password, when a character in it has to be written as `%` and its code. */
export function readAddress(text: string, setting = 'SESSION_STORE_URL'): URL {
  const address = URL.canParse(text) ? new URL(text) : null
  if (address && isWhole(address)) return address
  // Where there is no @, what follows // may be a password without its host.
  const shown = text.replace(/:(.*@|[^@]*$)/s, '://***@')
  const example = `${text.split(':')[0]}://user:password@host:port/database`
  throw new Error(
    `${setting} is "${shown}", which cannot be read; write ${example}, in a password with %2F for /, %23 for #, %3F for ?, %40 for @ and %25 for %`,
  )
}

/** Whether nothing of a password has got into what follows it: `app:1/2@host` is the host `app` with port 1. */
function isWhole({ username, password, pathname, search, hash }: URL): boolean {
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  return hash === '' && !`${pathname}${search}`.includes('@')
}
