import type { Request } from 'express'
import { problem } from '../session/problem.ts'

const longestBytes = 1024

/** Fields of a form or of JSON that have to be texts of at most 1024 bytes; throws a 400 otherwise (OWASP ASVS 15.3.5). */
export function readFields<Name extends string>(
  { body }: Request,
  ...names: Name[]
): Record<Name, string> {
  const fields = names.map((name) => {
    const value: unknown = Object.hasOwn(Object(body), name) ? body[name] : undefined
    if (typeof value === 'string' && Buffer.byteLength(value) <= longestBytes) return [name, value]
    throw problem(400, 'bad_request', `Send "${name}" as a text of at most ${longestBytes} bytes`)
  })
  return Object.fromEntries(fields)
}
