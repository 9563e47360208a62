import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hashPassword, verifyPassword } from './password.ts'

/** What the users file holds, by user name. */
export type UserRecords = Record<string, { hash: string }>

export interface Users {
  list(): Promise<string[]>
  /** Makes a user or changes the password; throws when the name or the password does not do. */
  setPassword(name: string, password: string): Promise<void>
  remove(name: string): Promise<boolean>
  /** Takes as long for a name that nobody has (OWASP ASVS 6.3.8). */
  verify(name: string, password: string): Promise<boolean>
}

/** The users in a JSON file that only its owner can read; replace it by your own table of users. */
export function openUsers(file: string): Users {
  const read = async (): Promise<UserRecords> => {
    try {
      const records: UserRecords = JSON.parse(await readFile(file, 'utf8'))
      return Object.assign(Object.create(null), records)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Object.create(null)
      throw error
    }
  }

  const write = async (records: UserRecords) => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const draft = `${file}.${randomUUID()}`
    await writeFile(draft, `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 })
    await rename(draft, file)
  }

  // One change at a time, or two that read the same file would undo each other.
  let last: Promise<unknown> = Promise.resolve()
  const change = (edit: (records: UserRecords) => UserRecords): Promise<UserRecords> => {
    const mine = last.then(async () => {
      const records = await read()
      await write(edit(records))
      return records
    })
    last = mine.catch(() => {})
    return mine
  }

  let nobody: Promise<string> | undefined

  return {
    list: async () => Object.keys(await read()).sort(),

    async setPassword(name, password) {
      if (!/^[\w.@+-]{1,64}$/.test(name)) {
        throw new Error(`"${name}" is no user name: use 1 to 64 letters, digits and _ . @ + -`)
      }
      // NIST SP 800-63B-4: 15 characters where the password is the only factor.
      if ([...password].length < 15) throw new Error('A password has at least 15 characters')
      if (Buffer.byteLength(password) > 1024) throw new Error('A password has at most 1024 bytes')
      const hash = await hashPassword(password)
      await change((records) => ({ ...records, [name]: { hash } }))
    },

    async remove(name) {
      const before = await change(({ [name]: _removed, ...others }) => others)
      return name in before
    },

    async verify(name, password) {
      const user = (await read())[name]
      nobody ??= hashPassword(randomBytes(16).toString('hex'))
      const matches = await verifyPassword(password, user?.hash ?? (await nobody))
      return matches && user !== undefined
    },
  }
}
