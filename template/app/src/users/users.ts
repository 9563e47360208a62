import type { Config } from '../config.ts'
import type { AuditLog } from '../session/index.ts'
import {
  hashPassword,
  isOutdated,
  isVerifiable,
  noteKind,
  verifyPassword,
} from './password-hash.ts'
import {
  checkUserName,
  findPasswordProblem,
  type PasswordPolicy,
  PolicyError,
} from './password-policy.ts'
import { openUsersFile, type UserRecord, type UserRecords } from './users-file.ts'
import { openUsersTable } from './users-table.ts'

export interface User {
  name: string
  created: number
  /** Ends all sessions of the user that carry another number (OWASP ASVS 7.4.2, 7.4.3). */
  sessionVersion: number
  /** Which password it is; each new one raises it, also where sessions go on. */
  passwordVersion: number
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
  /** Where they are, for people. */
  place: string
  /** Nobody where no user was made yet; where that is a file, `find` and `verify` throw a 503 then, for the users may only be somewhere else. */
  list(): Promise<User[]>
  find(name: string): Promise<User | null>
  /** Makes a user or changes the password, and ends the user's sessions; an initial one is good for three days. Throws a `PolicyError` when the name or the password is not accepted, or the user is not as `expects` says. */
  setPassword(
    name: string,
    password: string,
    options?: { isInitial?: boolean; expects?: 'known' | 'new' },
  ): Promise<User>
  /** Changes the password of a user as `verify` has found it; null when the user has another one since, is disabled or gone. */
  changePassword(user: User, password: string, endSessions: boolean): Promise<User | null>
  /** Returns false when there is no such user; disabling ends the user's sessions. */
  setDisabled(name: string, disabled: boolean): Promise<boolean>
  remove(name: string): Promise<boolean>
  /** All that is kept of each, with the hashes of passwords: for a move to another store. */
  records(): Promise<UserRecords>
  /** How many users there are, and how many of them cannot log in, since this Node cannot verify the hash of their password. */
  count(): Promise<{ all: number; unverifiable: number }>
  /** Ends the sessions of a user, or of all; returns those users. */
  endSessions(name?: string): Promise<User[]>
  /** The user, where the password is right and the user may log in; takes as long for a name that nobody has (OWASP ASVS 6.3.8). */
  verify(name: string, password: string, attempt: Attempt): Promise<User | null>
  /** Lets go of what is open. */
  close(): Promise<void>
}

/** Where the records of users are kept. All throw a 503 `users_unavailable` while they cannot be read or written. */
export interface UserBackend {
  /** Where that is, for people. */
  place: string
  find(name: string): Promise<UserRecord | undefined>
  /** Nobody where no user was made yet. */
  scan(): AsyncIterable<[name: string, record: UserRecord]>
  /**
   * Gives the newest record of a user to `edit`, with the name of another user that differs in case
   * only, keeps what it returns, and resolves with that: null removes the user, undefined leaves all
   * as it is. No change by others in between is lost: `edit` may be run again.
   */
  change(name: string, edit: Edit, options?: ChangeOptions): Promise<ReturnType<Edit>>
  /** The same for each user. */
  changeAll(edit: (record: UserRecord) => UserRecord): Promise<[name: string, record: UserRecord][]>
  close(): Promise<void>
}

type Edit = (
  record: UserRecord | undefined,
  like: string | undefined,
) => UserRecord | null | undefined

interface ChangeOptions {
  /** Whether it may be the first user of all. */
  isFirst?: boolean
  /** Whether to rather let it be than wait for others. */
  isHasty?: boolean
}

const initialMs = 3 * 86_400_000

/** Where users are unless the configuration or the store says more, and whose users a table begins with. */
export const firstUsersFile = 'data/users.json'

/** The users where the configuration says: in the file of USERS_FILE; else beside the sessions where these are in a database, and in `data/users.json` where not. For who only looks, `takesOver` is false: a table then stays empty until the app begins it. */
export function openConfiguredUsers(
  config: Pick<Config, 'users' | 'session'>,
  audit: AuditLog = () => {},
  { takesOver = true } = {},
): Users {
  const { file } = config.users
  let backend = openUsersFile(file || firstUsersFile)
  if (file === '') backend = openUsersTable(config, takesOver ? backend : null, audit) ?? backend
  return createUsers(backend, config.users)
}

/** The users in a JSON file. */
export function openUsers(path: string, policy: PasswordPolicy = { minLength: 15 }): Users {
  return createUsers(openUsersFile(path), policy)
}

/** All that holds for users, wherever they are kept; replace it by your own table of users. */
export function createUsers(backend: UserBackend, policy: PasswordPolicy): Users {
  async function hashAccepted(name: string, password: string): Promise<string> {
    const problem = await findPasswordProblem(password, name, policy)
    if (problem) throw new PolicyError(problem)
    return hashPassword(password)
  }

  async function rehash(name: string, password: string, old: string) {
    const hash = await hashPassword(password)
    // Somebody may have changed the password meanwhile.
    const edit: Edit = (record) => (record?.hash === old ? { ...record, hash } : undefined)
    await backend.change(name, edit, { isHasty: true })
  }

  return {
    place: backend.place,
    close: () => backend.close(),

    async list() {
      const users: User[] = []
      for await (const [name, record] of backend.scan()) users.push(toUser(name, record))
      return users.sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async find(name) {
      const record = await backend.find(name)
      return record ? toUser(name, record) : null
    },

    async setPassword(name, password, { isInitial = false, expects } = {}) {
      const hash = await hashAccepted(name, password)
      const now = Date.now()
      const record = await backend.change(
        name,
        (known, like) => {
          if (known && expects === 'new') throw new PolicyError(`"${name}" is there already`)
          if (!known && expects === 'known') throw new PolicyError(`There is no user "${name}"`)
          if (!known) checkUserName(name, like)
          const old = known ?? { hash, created: now, sessionVersion: now }
          const next = replaceHash(old, hash, isInitial ? now + initialMs : undefined)
          return known ? raiseSessionVersion(next) : next
        },
        { isFirst: true },
      )
      return toUser(name, record as UserRecord)
    },

    async changePassword(user, password, endSessions) {
      const hash = await hashAccepted(user.name, password)
      const record = await backend.change(user.name, (known) => {
        if (!known || known.disabled) return undefined
        const newest = toUser(user.name, known)
        const versions = ['created', 'sessionVersion', 'passwordVersion'] as const
        if (versions.some((each) => newest[each] !== user[each])) return undefined
        const next = replaceHash(known, hash)
        return endSessions ? raiseSessionVersion(next) : next
      })
      return record ? toUser(user.name, record) : null
    },

    async setDisabled(name, disabled) {
      const record = await backend.change(name, (known) => {
        if (!known) return undefined
        if (disabled) return raiseSessionVersion({ ...known, disabled })
        const { disabled: _past, ...rest } = known
        return rest
      })
      return record !== undefined
    },

    remove: async (name) => (await backend.change(name, (known) => known && null)) === null,

    async records() {
      const records: [name: string, record: UserRecord][] = []
      for await (const each of backend.scan()) records.push(each)
      return Object.fromEntries(records)
    },

    async count() {
      let all = 0
      let unverifiable = 0
      for await (const [, { hash }] of backend.scan()) {
        all++
        if (!isVerifiable(hash)) unverifiable++
        noteKind(hash)
      }
      return { all, unverifiable }
    },

    async endSessions(name) {
      if (name === undefined) {
        const all = await backend.changeAll(raiseSessionVersion)
        return all.map(([each, record]) => toUser(each, record))
      }
      const record = await backend.change(name, (known) => known && raiseSessionVersion(known))
      return record ? [toUser(name, record)] : []
    },

    async verify(name, password) {
      const record = await backend.find(name)
      const isOver = record?.initialUntil !== undefined && record.initialUntil < Date.now()
      const mayLogIn = record && !record.disabled && !isOver
      const isRight = await verifyPassword(password, mayLogIn ? record.hash : undefined)
      if (!record || !isRight) return null
      // What cannot be written is left to a later login.
      if (isOutdated(record.hash)) await rehash(name, password, record.hash).catch(() => {})
      return toUser(name, record)
    },
  }
}

function toUser(name: string, record: UserRecord): User {
  const { created = 0, sessionVersion = 0, passwordVersion = 0, initialUntil } = record
  const [disabled, isInitial] = [record.disabled === true, initialUntil !== undefined]
  return { name, created, sessionVersion, passwordVersion, disabled, isInitial }
}

/** Puts the hash of a new password in the place of the old one's; an initial one is good until then. */
function replaceHash(record: UserRecord, hash: string, initialUntil?: number): UserRecord {
  const { initialUntil: _past, passwordVersion = 0, ...rest } = record
  const next = { ...rest, hash, passwordVersion: passwordVersion + 1 }
  return initialUntil === undefined ? next : { ...next, initialUntil }
}

function raiseSessionVersion(record: UserRecord): UserRecord {
  return { ...record, sessionVersion: Math.max(Date.now(), (record.sessionVersion ?? 0) + 1) }
}
