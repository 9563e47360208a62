import { randomBytes } from 'node:crypto'
import limitConcurrency from 'p-limit'
import { hashPassword, isOutdated, isVerifiable, verifyPassword } from './password-hash.ts'
import { findPasswordProblem, type PasswordPolicy, PolicyError } from './password-policy.ts'
import { openUsersFile, type UserRecord } from './users-file.ts'

export interface User {
  name: string
  created: number
  /** Ends all sessions of the user that carry another number (OWASP ASVS 7.4.2, 7.4.3). */
  sessionVersion: number
  disabled: boolean
  /** Whether the password is an initial one, which has to be changed (OWASP ASVS 6.4.1). */
  isInitial: boolean
}

/** What a password is entered for, and from where: failures are counted by it. */
export interface Attempt {
  kind: 'login' | 'reauth'
  address: string
}

export interface Users {
  /** Nobody where no user was made yet; `find` and `verify` throw a 503 then, for the users may only be somewhere else. */
  list(): Promise<User[]>
  find(name: string): Promise<User | null>
  /** Makes a user or changes the password, and ends the user's sessions; an initial one is good for three days. Throws a `PolicyError` when the name or the password is not accepted. */
  setPassword(name: string, password: string, options?: { isInitial?: boolean }): Promise<User>
  /** Changes the password of a user as `verify` has found it; null when the user has another one since, is disabled or gone. */
  changePassword(user: User, password: string, endSessions: boolean): Promise<User | null>
  /** Returns false when there is no such user; disabling ends the user's sessions. */
  setDisabled(name: string, disabled: boolean): Promise<boolean>
  remove(name: string): Promise<boolean>
  /** How many users cannot log in, since this Node cannot verify the hash of their password. */
  countUnverifiable(): Promise<number>
  /** Ends the sessions of a user, or of all; returns those users. */
  endSessions(name?: string): Promise<User[]>
  /** The user, where the password is right and the user may log in; takes as long for a name that nobody has (OWASP ASVS 6.3.8). */
  verify(name: string, password: string, attempt: Attempt): Promise<User | null>
}

// Node works on four such things at a time, and files and names of hosts have to have their turn (OWASP ASVS 15.2.2).
const hashesAtATime = 2
const initialMs = 3 * 86_400_000

/** The users in a JSON file; replace it by your own table of users. */
export function openUsers(path: string, policy: PasswordPolicy = { minLength: 15 }): Users {
  const file = openUsersFile(path)
  const limit = limitConcurrency(hashesAtATime)
  let hashOfNobody: Promise<string> | undefined

  async function hashAccepted(name: string, password: string): Promise<string> {
    const problem = await findPasswordProblem(password, name, policy)
    if (problem) throw new PolicyError(problem)
    return limit(() => hashPassword(password))
  }

  async function rehash(name: string, password: string, old: string) {
    const hash = await limit(() => hashPassword(password))
    await file.change(
      (records) => {
        const record = records[name]
        // Somebody may have changed the password meanwhile.
        if (record?.hash === old) record.hash = hash
      },
      { waitMs: 0 },
    )
  }

  return {
    async list() {
      const users = Object.entries(await file.readIfMade()).map(([name, record]) =>
        toUser(name, record),
      )
      return users.sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async find(name) {
      const record = (await file.read())[name]
      return record ? toUser(name, record) : null
    },

    async setPassword(name, password, { isInitial = false } = {}) {
      const hash = await hashAccepted(name, password)
      return file.change(
        (records) => {
          const known = records[name]
          if (!known) checkUserName(name, Object.keys(records))
          const now = Date.now()
          const record: UserRecord = { created: now, sessionVersion: now, ...known, hash }
          if (isInitial) record.initialUntil = now + initialMs
          else delete record.initialUntil
          if (known) raiseSessionVersion(record)
          records[name] = record
          return toUser(name, record)
        },
        { makesFile: true },
      )
    },

    async changePassword({ name, created, sessionVersion }, password, endSessions) {
      const hash = await hashAccepted(name, password)
      return file.change((records) => {
        const record = records[name]
        if (!record || record.disabled) return null
        const newest = toUser(name, record)
        if (newest.created !== created || newest.sessionVersion !== sessionVersion) return null
        record.hash = hash
        delete record.initialUntil
        if (endSessions) raiseSessionVersion(record)
        return toUser(name, record)
      })
    },

    setDisabled: (name, disabled) =>
      file.change((records): boolean => {
        const record = records[name]
        if (!record) return false
        if (disabled) {
          record.disabled = true
          raiseSessionVersion(record)
        } else {
          delete record.disabled
        }
        return true
      }),

    remove: (name) =>
      file.change((records) => (name in records ? Reflect.deleteProperty(records, name) : false)),

    async countUnverifiable() {
      const records = Object.values(await file.readIfMade())
      return records.filter(({ hash }) => !isVerifiable(hash)).length
    },

    endSessions: (name) =>
      file.change((records) => {
        const ended = Object.entries(records).filter(
          ([each]) => name === undefined || each === name,
        )
        for (const [, record] of ended) raiseSessionVersion(record)
        return ended.map(([each, record]) => toUser(each, record))
      }),

    async verify(name, password) {
      const record = (await file.read())[name]
      hashOfNobody ??= hashPassword(randomBytes(16).toString('hex'))
      const hash = record && isVerifiable(record.hash) ? record.hash : await hashOfNobody
      const matches = await limit(() => verifyPassword(password, hash))
      if (!matches || !record || record.disabled) return null
      if (record.initialUntil !== undefined && record.initialUntil < Date.now()) return null
      // A file that cannot be written leaves that to a later login.
      if (isOutdated(hash)) await rehash(name, password, hash).catch(() => {})
      return toUser(name, record)
    },
  }
}

/** Refuses what is no user name, and a name that people would take for one of `others`. */
function checkUserName(name: string, others: string[]): void {
  if (!/^\w[\w.@+-]{0,63}$/.test(name)) {
    throw new PolicyError(
      `"${name}" is no user name: use 1 to 64 letters, digits and _ . @ + -, the first a letter, digit or _`,
    )
  }
  const same = others.find((each) => each.toLowerCase() === name.toLowerCase())
  if (same) throw new PolicyError(`"${name}" is too much like "${same}", which is there already`)
}

function toUser(name: string, record: UserRecord): User {
  const { created = 0, sessionVersion = 0, disabled, initialUntil } = record
  const isInitial = initialUntil !== undefined
  return { name, created, sessionVersion, disabled: disabled === true, isInitial }
}

function raiseSessionVersion(record: UserRecord): void {
  record.sessionVersion = Math.max(Date.now(), (record.sessionVersion ?? 0) + 1)
}
