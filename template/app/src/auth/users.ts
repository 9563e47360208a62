import { randomBytes } from 'node:crypto'
import limitConcurrency from 'p-limit'
import { hashPassword, isOutdated, isVerifiable, verifyPassword } from './password.ts'
import { findUnfitness, type PasswordRules } from './password-rules.ts'
import { checkNewName, UnfitError } from './user-name.ts'
import { openUsersFile, type UserRecord } from './users-file.ts'

export interface User {
  name: string
  created: number
  /** Ends all sessions of the user that carry another number (OWASP ASVS 7.4.2, 7.4.3). */
  epoch: number
  disabled: boolean
  /** Whether the password is an initial one, which has to be changed (OWASP ASVS 6.4.1). */
  isInitial: boolean
}

export interface Users {
  list(): Promise<User[]>
  find(name: string): Promise<User | null>
  /** Makes a user or changes the password, and ends the user's sessions; an initial one is good for three days. Throws an `UnfitError` when the name or the password does not do. */
  setPassword(name: string, password: string, options?: { isInitial?: boolean }): Promise<User>
  /** Changes the password of a user as `verify` has found it, and answers null when it is another one since, disabled or removed. */
  changePassword(user: User, password: string, endSessions: boolean): Promise<User | null>
  /** Answers false when there is no such user; disabling ends the user's sessions. */
  setDisabled(name: string, disabled: boolean): Promise<boolean>
  remove(name: string): Promise<boolean>
  /** How many users cannot log in, as this Node cannot verify what their password was hashed with. */
  countUnverifiable(): Promise<number>
  /** Ends the sessions of a user, or of all; answers those users. */
  endSessions(name?: string): Promise<User[]>
  /** The user, where the password is right and the user may log in; takes as long for a name that nobody has (OWASP ASVS 6.3.8). */
  verify(name: string, password: string): Promise<User | null>
}

// Node works on four such things at a time, and files and names of hosts have to have their turn (OWASP ASVS 15.2.2).
const hashesAtATime = 2
const initialMs = 3 * 86_400_000

/** The users in a JSON file; replace it by your own table of users. */
export function openUsers(path: string, rules: PasswordRules = { minLength: 15 }): Users {
  const file = openUsersFile(path)
  const inQueue = limitConcurrency(hashesAtATime)
  let nobody: Promise<string> | undefined

  async function hashFit(name: string, password: string): Promise<string> {
    const unfitness = await findUnfitness(password, name, rules)
    if (unfitness) throw new UnfitError(unfitness)
    return inQueue(() => hashPassword(password))
  }

  async function rehash(name: string, password: string, old: string) {
    const hash = await inQueue(() => hashPassword(password))
    await file.change((records) => {
      const record = records[name]
      // Somebody may have changed the password meanwhile.
      if (record?.hash === old) record.hash = hash
    })
  }

  return {
    list: async () =>
      Object.entries(await file.read())
        .map(toUser)
        .sort(byName),

    async find(name) {
      const record = (await file.read())[name]
      return record ? toUser([name, record]) : null
    },

    async setPassword(name, password, { isInitial = false } = {}) {
      const hash = await hashFit(name, password)
      return file.change((records) => {
        if (!records[name]) checkNewName(name, Object.keys(records))
        const now = Date.now()
        const record: UserRecord = { created: now, epoch: now, ...records[name], hash }
        if (isInitial) record.initialUntil = now + initialMs
        else delete record.initialUntil
        if (records[name]) moveEpoch(record)
        records[name] = record
        return toUser([name, record])
      })
    },

    async changePassword({ name, created, epoch }, password, endSessions) {
      const hash = await hashFit(name, password)
      return file.change((records) => {
        const record = records[name]
        const now = record && toUser([name, record])
        if (!now || now.disabled || now.created !== created || now.epoch !== epoch) return null
        record.hash = hash
        delete record.initialUntil
        if (endSessions) moveEpoch(record)
        return toUser([name, record])
      })
    },

    setDisabled: (name, disabled) =>
      file.change((records): boolean => {
        const record = records[name]
        if (!record) return false
        if (disabled) {
          record.disabled = true
          moveEpoch(record)
        } else delete record.disabled
        return true
      }),

    countUnverifiable: async () =>
      Object.values(await file.read()).filter(({ hash }) => !isVerifiable(hash)).length,

    remove: (name) =>
      file.change((records) => (name in records ? Reflect.deleteProperty(records, name) : false)),

    endSessions: (name) =>
      file.change((records) => {
        const ended = Object.entries(records).filter(
          ([each]) => name === undefined || each === name,
        )
        for (const [, record] of ended) moveEpoch(record)
        return ended.map(toUser)
      }),

    async verify(name, password) {
      const record = (await file.read())[name]
      nobody ??= hashPassword(randomBytes(16).toString('hex'))
      const hash = record && isVerifiable(record.hash) ? record.hash : await nobody
      const matches = await inQueue(() => verifyPassword(password, hash))
      if (!matches || !record || record.disabled) return null
      if (record.initialUntil !== undefined && record.initialUntil < Date.now()) return null
      // A file that cannot be written leaves that to a later login.
      if (isOutdated(hash)) await rehash(name, password, hash).catch(() => {})
      return toUser([name, record])
    },
  }
}

const byName = (a: User, b: User) => (a.name < b.name ? -1 : 1)

function toUser([name, record]: [string, UserRecord]): User {
  const { created = 0, epoch = 0, initialUntil } = record
  const isInitial = initialUntil !== undefined
  return { name, created, epoch, disabled: record.disabled === true, isInitial }
}

function moveEpoch(record: UserRecord): void {
  record.epoch = Math.max(Date.now(), (record.epoch ?? 0) + 1)
}
