const maxPrefix = 180

/** The server at an address, as memcache-client names it; throws, and says what to set, when that or the prefix is none. */
export function readServer(url: string, prefix: string): string {
  const [, host, port = '11211'] = /^memcached:\/\/([\w.-]+)(?::(\d+))?\/?$/.exec(url) ?? []
  if (!host) {
    throw new Error(
      `SESSION_STORE_URL is "${url.replace(/\/\/.*@/, '//***@')}"; set the name or IPv4 address of one server, without user and path, such as memcached://127.0.0.1:11211`,
    )
  }
  if (prefix.length > maxPrefix) {
    throw new Error(
      `SESSION_KEY_PREFIX has ${prefix.length} characters; Memcached's keys have room for ${maxPrefix}`,
    )
  }
  return `${host}:${port}`
}

/** A time in ms as Memcached takes it: in seconds since the epoch, because it takes small numbers for seconds from now and 0 for ever; late enough never to come before the exact time, which is in the value. */
export const toExpiry = (ms: number) => Math.ceil(ms / 1000) + 2

/** Whether the server has done what a command asked for; false when the key is not there, or there and should not be, or written since; throws when the server could not be asked. */
export async function isDone(command: Promise<unknown>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    if (/^(NOT_STORED|NOT_FOUND|EXISTS)$/.test((error as Error).message)) return false
    throw error
  }
}
