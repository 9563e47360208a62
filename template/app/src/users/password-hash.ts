import * as crypto from 'node:crypto'
import { promisify } from 'node:util'

const scrypt = promisify<
  crypto.BinaryLike,
  crypto.BinaryLike,
  number,
  crypto.ScryptOptions,
  Buffer
>(crypto.scrypt)
// Node has Argon2 since 24.7; what is hashed with one is still verified by a Node that has both.
const argon2 = crypto.argon2 as typeof crypto.argon2 | undefined

const cost = { ln: 15, r: 8, p: 3 }
const argonCost = { m: 19456, t: 2, p: 1 }
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

type Cost = Record<string, number>

function deriveScrypt(password: string, salt: Buffer, { ln = 15, r = 8, p = 3 }: Cost) {
  const N = 2 ** ln
  return scrypt(password, salt, 32, { N, r, p, maxmem: 256 * N * r })
}

function deriveArgon2id(password: string, nonce: Buffer, { m = 19456, t = 2, p = 1 }: Cost) {
  if (!argon2) throw new Error('This Node has no Argon2; run 24.7 or later')
  const parameters = {
    message: password,
    nonce,
    memory: m,
    passes: t,
    parallelism: p,
    tagLength: 32,
  }
  return promisify(argon2)('argon2id', parameters)
}

/** A salted hash in PHC format: Argon2id where Node has it, else scrypt (OWASP ASVS 11.4.2). */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16)
  if (argon2) {
    const { m, t, p } = argonCost
    return `$argon2id$v=19$m=${m},t=${t},p=${p}$${base64(salt)}$${base64(await deriveArgon2id(password, salt, argonCost))}`
  }
  const { ln, r, p } = cost
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(await deriveScrypt(password, salt, cost))}`
}

/** Whether the password is the one behind a hash of `hashPassword`, compared in constant time. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [algorithm, ...rest] = hash.split('$').slice(1)
  const [parameters = '', salt = '', expected = ''] = rest.slice(-3)
  const numbers = Object.fromEntries(
    parameters.split(',').map((part) => [part.split('=')[0], Number(part.split('=')[1])]),
  )
  const derive = algorithm === 'argon2id' ? deriveArgon2id : deriveScrypt
  const actual = await derive(password, Buffer.from(salt, 'base64'), numbers)
  const wanted = Buffer.from(expected, 'base64')
  return actual.length === wanted.length && crypto.timingSafeEqual(actual, wanted)
}

/** Whether this Node can tell which password is behind a hash: Argon2 came with 24.7. */
export function isVerifiable(hash: string): boolean {
  return argon2 !== undefined || !hash.startsWith('$argon2id$')
}

/** Whether a hash is weaker than what `hashPassword` makes here and now, so that it is made anew at the next login. */
export function isOutdated(hash: string): boolean {
  const { m, t, p } = argonCost
  const wanted = argon2
    ? `$argon2id$v=19$m=${m},t=${t},p=${p}$`
    : `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$`
  return !hash.startsWith(wanted) && isVerifiable(hash)
}
