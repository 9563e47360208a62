import * as crypto from 'node:crypto'
import { promisify } from 'node:util'
import limitConcurrency from 'p-limit'

const scrypt = promisify<
  crypto.BinaryLike,
  crypto.BinaryLike,
  number,
  crypto.ScryptOptions,
  Buffer
>(crypto.scrypt)
const argon2 = findArgon2()

/** Node has Argon2 since 24.7, and cannot compute it where its OpenSSL is older than 3.2: one try tells. */
function findArgon2(): typeof crypto.argon2 | undefined {
  const least = { memory: 8, passes: 1, parallelism: 1, tagLength: 4 }
  try {
    crypto.argon2Sync('argon2id', { message: '', nonce: Buffer.alloc(8), ...least })
    return crypto.argon2
  } catch {
    return undefined
  }
}

// The kind of hashes that are made here; those of the other algorithm are still verified by a Node that has both.
const newestKind = argon2 ? '$argon2id$v=19$m=19456,t=2,p=1' : '$scrypt$ln=15,r=8,p=3'
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** The kind of a hash: its algorithm and parameters, with which it begins. */
const kindOf = (hash: string): string => hash.split('$').slice(0, -2).join('$')

type Cost = Record<string, number>

function deriveScrypt(password: string, salt: Buffer, { ln = 15, r = 8, p = 3 }: Cost) {
  const N = 2 ** ln
  return scrypt(password, salt, 32, { N, r, p, maxmem: 256 * N * r })
}

function deriveArgon2id(password: string, nonce: Buffer, { m = 19456, t = 2, p = 1 }: Cost) {
  if (!argon2)
    throw new Error('This Node has no Argon2; run 24.7 or later, on OpenSSL 3.2 or later')
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

// Node works on four such things at a time, and files and names of hosts have to have their turn (OWASP ASVS 15.2.2).
const limit = limitConcurrency(2)

async function derive(password: string, salt: Buffer, kind: string): Promise<Buffer> {
  const [algorithm, ...rest] = kind.split('$').slice(1)
  const parameters = rest.at(-1) ?? ''
  const cost = Object.fromEntries(
    parameters.split(',').map((part) => [part.split('=')[0], Number(part.split('=')[1])]),
  )
  const deriveBytes = algorithm === 'argon2id' ? deriveArgon2id : deriveScrypt
  return limit(() => deriveBytes(password, salt, cost))
}

/** A salted hash in PHC format: Argon2id where Node has it, else scrypt (OWASP ASVS 11.4.2). */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16)
  return `${newestKind}$${base64(salt)}$${base64(await derive(password, salt, newestKind))}`
}

// Those of the users that were seen, each of which takes its own time.
const kinds = new Set([newestKind])

/** Lets each failure take the time of that kind of hash, too. */
export function noteKind(hash: string): void {
  if (isVerifiable(hash)) kinds.add(kindOf(hash))
}

/** Whether the password is the one behind a hash of `hashPassword`. Where it is not, or there is no hash, this takes the time of each kind that was noted: otherwise it would tell who has an older one (OWASP ASVS 6.3.8). */
export async function verifyPassword(password: string, hash?: string): Promise<boolean> {
  const given = hash !== undefined && isVerifiable(hash) ? hash : hashOfNobody(newestKind)
  if (await isBehind(password, given)) return true
  noteKind(given)
  for (const kind of kinds) {
    // What cannot be computed fails for its own user only.
    if (kind !== kindOf(given)) await isBehind(password, hashOfNobody(kind)).catch(() => {})
  }
  return false
}

/** A hash that no password has, which takes as long as others of its kind. */
function hashOfNobody(kind: string): string {
  return `${kind}$${base64(crypto.randomBytes(16))}$${base64(crypto.randomBytes(32))}`
}

/** Compares in constant time. */
async function isBehind(password: string, hash: string): Promise<boolean> {
  const [salt = '', expected = ''] = hash.split('$').slice(-2)
  const actual = await derive(password, Buffer.from(salt, 'base64'), kindOf(hash))
  const wanted = Buffer.from(expected, 'base64')
  return actual.length === wanted.length && crypto.timingSafeEqual(actual, wanted)
}

/** Whether this Node can tell which password is behind a hash: not all have Argon2. */
export function isVerifiable(hash: string): boolean {
  return argon2 !== undefined || !hash.startsWith('$argon2id$')
}

/** Whether a hash is weaker than what `hashPassword` makes here and now, so that it is made anew at the next login. */
export function isOutdated(hash: string): boolean {
  return kindOf(hash) !== newestKind && isVerifiable(hash)
}
