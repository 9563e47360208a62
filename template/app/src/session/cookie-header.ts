/** Every value that a Cookie header has for a name, in its order; names count as they are written (RFC 6265). */
export function readCookies(header: string | undefined, name: string): string[] {
  const values: string[] = []
  for (const pair of header?.split(';') ?? []) {
    const [each, ...rest] = pair.split('=')
    if (each?.trim() === name) values.push(rest.join('=').trim())
  }
  return values
}

/** A Cookie header without the pairs of a name. */
export function dropCookies(header: string, name: string): string {
  const pairs = header.split(';').filter((pair) => pair.split('=')[0]?.trim() !== name)
  return pairs.join(';').trim()
}
