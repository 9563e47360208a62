import { randomBytes } from 'node:crypto'
import { hashPassword } from '../template/app/src/auth/password.ts'
import type { UserRecords } from '../template/app/src/auth/users.ts'
import { putText, type Tree } from './tree.ts'

/** The user that a new app has, so that its author can log in at once. */
export const developmentUser = 'dev'

/** A password that nobody guesses, for the development user of one app. */
export function newPassword(): string {
  return randomBytes(12).toString('base64url')
}

/** Gives the app its first user; of the password, only the hash is kept. */
export async function addUser({ tree, password }: { tree: Tree; password: string }) {
  const users: UserRecords = { [developmentUser]: { hash: await hashPassword(password) } }
  putText(tree, 'data/users.json', `${JSON.stringify(users, null, 2)}\n`, 0o600)
  return `log in as ${developmentUser} with the password ${password}`
}
