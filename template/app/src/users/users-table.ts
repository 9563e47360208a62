import { randomInt } from 'node:crypto'
import { openUserTable } from '../session/backend/user-table.ts'
import {
  type AuditLog,
  httpError,
  type SessionConfig,
  safeMessage,
  storeAddress,
  type UserRow,
  type UserTable,
  withinDeadline,
} from '../session/index.ts'
import type { UserBackend } from './users.ts'
import type { UserRecord } from './users-file.ts'

// No user can have that name: it says that the table was begun.
const mark: UserRow = { id: ':begun', name: '', rev: 0, data: '' }
const tries = 10
const longestName = 255

/**
 * The users in a table of the store's database; null where the store is none, and `first` stays in
 * charge. The table begins with the users of `first`, once, in whichever process comes first; without
 * `first` it stays empty until an app begins it.
 */
export function openUsersTable(
  config: Pick<SessionConfig, 'session'>,
  first: UserBackend | null,
  audit: AuditLog,
): UserBackend | null {
  if (!openUserTable) return null
  const { keyPrefix: prefix, storeTimeoutMs: timeoutMs } = config.session
  const table = openUserTable(storeAddress(config), { prefix, timeoutMs })

  let beginning: Promise<boolean> | undefined
  let isUnderWay = false
  /** Makes the table and puts the users of `first` in, one call at a time; again at the next one, unless somebody is in it. */
  function begin(): Promise<boolean> {
    if (beginning) return beginning
    isUnderWay = true
    const settle = (isBegun: boolean) => {
      isUnderWay = false
      if (!isBegun) beginning = undefined
    }
    beginning = takeOver(table, first, audit)
    beginning.then(settle, () => settle(false))
    return beginning
  }

  /** Asks the table as long as the request may wait, and each call for `timeoutMs` at most; what goes wrong is a 503. */
  function ask<Answer>(call: (isBegun: boolean) => Promise<Answer>): Promise<Answer> {
    const answer = async () => {
      // Three calls, and no more of them however many users there are.
      const isBegun = await within(3 * timeoutMs, begin())
      return within(timeoutMs, call(isBegun))
    }
    return withinDeadline(answer).catch((cause) => {
      // It may be gone.
      if (!isUnderWay) beginning = undefined
      if (cause.code === 'users_unavailable') throw cause
      const message = `The users in ${table.place} cannot be used: ${safeMessage(cause)}`
      throw httpError(503, 'users_unavailable', message, cause)
    })
  }

  async function findRow(name: string): Promise<UserRow | null> {
    // What no database takes for a text would be an outage.
    if (name.length > longestName || /\p{Cc}/u.test(name)) return null
    return ask(() => table.find(idOf(name)))
  }

  const backend: UserBackend = {
    place: table.place,

    async find(name) {
      const row = await findRow(name)
      return row?.name === name ? toRecord(row) : undefined
    },

    async *scan() {
      await ask(async () => {})
      try {
        for await (const row of table.scan()) {
          if (row.name !== mark.name) yield [row.name, toRecord(row)]
        }
      } catch (cause) {
        const message = `The users in ${table.place} cannot be read: ${safeMessage(cause)}`
        throw httpError(503, 'users_unavailable', message, cause)
      }
    },

    async change(name, edit) {
      for (let left = tries; left > 0; left--) {
        const row = await findRow(name)
        const isOwn = row?.name === name
        const record = edit(isOwn ? toRecord(row) : undefined, isOwn ? undefined : row?.name)
        const isDone =
          record === undefined ||
          (await ask(async (isBegun) => {
            if (record === null) return row ? table.remove(row.id, row.rev) : true
            if (row) return table.replace(toRow(name, record, row.rev + 1), row.rev)
            // Whoever comes with a file after this is too late.
            if (!isBegun) await table.insert([mark])
            return table.insert([toRow(name, record)])
          }))
        if (isDone) return record
      }
      throw httpError(503, 'users_unavailable', `Others keep changing the user "${name}"`)
    },

    async changeAll(edit) {
      const changed: [name: string, record: UserRecord][] = []
      for await (const [name] of backend.scan()) {
        const record = await backend.change(name, (known) => known && edit(known))
        if (record) changed.push([name, record])
      }
      return changed
    },

    close: () => table.close(),
  }
  return backend
}

/** Makes the table, and fills it with the users of `first` where nobody has done so; returns whether somebody has. */
async function takeOver(
  table: UserTable,
  first: UserBackend | null,
  audit: AuditLog,
): Promise<boolean> {
  await table.prepare()
  if (await table.find(mark.id)) return true
  if (!first) return false
  const rows = new Map<string, UserRow>()
  for await (const [name, record] of first.scan()) {
    const row = toRow(name, record)
    const like = rows.get(row.id)
    if (like) {
      const message = `"${name}" and "${like.name}" in ${first.place} are too much alike for ${table.place}: rename one of them`
      throw httpError(503, 'users_unavailable', message)
    }
    rows.set(row.id, row)
  }
  if (rows.size === 0) return false
  // Another process may have been faster.
  const isFirst = await table.insert([...rows.values(), mark])
  if (isFirst) audit('users_imported', { count: rows.size, from: first.place, to: table.place })
  return true
}

const idOf = (name: string) => name.toLowerCase()

// Somebody who is removed and made anew at this moment is another one.
function toRow(name: string, record: UserRecord, rev = randomInt(1, 2 ** 30)): UserRow {
  return { id: idOf(name), name, rev, data: JSON.stringify(record) }
}

const toRecord = ({ data }: UserRow): UserRecord => JSON.parse(data)

/** Waits for work, and throws when it takes longer than `ms`. */
async function within<Answer>(ms: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
