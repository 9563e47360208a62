import { parseEnv } from 'node:util'

/** Says that the store in a `.env` is of another kind than that of an example, and which line goes in its place; undefined where it is not. */
export function warnOfAddress(env: string, example: string): string | undefined {
  const theirs = schemeOf(parseEnv(env).SESSION_STORE_URL)
  const [line = '', ours = ''] = /^SESSION_STORE_URL=(.*)$/m.exec(example) ?? []
  // As rediss: is redis: with TLS.
  if (theirs === '' || theirs.startsWith(schemeOf(ours))) return undefined
  const password = line.includes('<password>') ? ', with STORE_PASSWORD of .env for <password>' : ''
  return `.env has a SESSION_STORE_URL for ${theirs}, and it stays: put in its place ${line}${password}`
}

const schemeOf = (url = '') => /^[a-z]+/.exec(url)?.[0] ?? ''
