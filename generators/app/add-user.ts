import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { UserRecords } from '../../template/app/src/users/users-file.ts'
import { putText, type Tree } from '../tree.ts'

/** The user that a new app has, so that its author can log in at once. */
export const developmentUser = 'dev'

/** A password that nobody guesses, for the development user of one app. */
export function newPassword(): string {
  return randomBytes(12).toString('base64url')
}

/** Gives an app that has users its first one; of the password, only the hash is kept. */
export async function addUser({ tree, password }: { tree: Tree; password: string }) {
  if (!tree.has('src/users/users-file.ts')) return 'no users'
  const now = Date.now()
  const hash = await hashRandom(password)
  const users: UserRecords = { [developmentUser]: { hash, created: now, sessionVersion: now } }
  putText(tree, 'data/users.json', `${JSON.stringify(users, null, 2)}\n`, 0o600)
  return `log in as ${developmentUser} with the password ${password}`
}

// Slow hashes protect what people think of; this is 96 random bits, every Node can verify it, and the first login puts the app's own hash in its place.
async function hashRandom(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await promisify<string, Buffer, number, object, Buffer>(scrypt)(password, salt, 32, {
    N: 1024,
    r: 8,
    p: 1,
  })
  return `$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(hash)}`
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
