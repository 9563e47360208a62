import { decode as unpack } from '@msgpack/msgpack'
import { isCurrent } from '../security/require-user.ts'
// The one file of a store that no request needs.
import { plainSessions } from '../session/backend/plain-sessions.ts'
import {
  encodeRecord,
  type Fields,
  isSessionId,
  type PlainSession,
  recordId,
} from '../session/index.ts'
import type { User } from '../users/users.ts'
import { type Command, showProgress, wrongUse } from './command.ts'
import { inBatches, type Store, usersByName } from './live-sessions.ts'

interface Ways {
  /** Where the old app keeps the name of its user: fields with points between. */
  userField: string
  isFlask: boolean
  isDry: boolean
}

/** `npm run sessions -- adopt --from <address>`: users stay logged in when the app takes the old cookie's name and secret. It deletes nothing. */
export const adopt: Command<Store> = {
  about:
    'take over what connect-redis, connect-mongo, connect-session-sequelize, dynamodb-store or Flask-Session keeps',
  usage: '--from <address> [--name <prefix or table>] [--user-field <field>] [--flask] [--dry-run]',
  options: {
    from: { type: 'string' },
    name: { type: 'string' },
    'user-field': { type: 'string' },
    flask: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  async run({ text, flags }, open) {
    const isFlask = flags.has('flask')
    const from = checkFrom(text.from, isFlask)
    const store = await open()
    const ways = {
      userField: text['user-field'] ?? 'user',
      isFlask,
      isDry: flags.has('dry-run'),
    }
    const known = await usersByName(store.users)
    const counts = {
      taken: 0,
      loggedIn: 0,
      present: 0,
      ended: 0,
      nobody: 0,
      tooLarge: 0,
      unreadable: 0,
    }
    const name = text.name ?? (isFlask ? plainSessions.flaskName : undefined)
    const { storeTimeoutMs: timeoutMs } = store.settings
    try {
      await inBatches(plainSessions.read(from, { name, timeoutMs }), async (plain) => {
        const came = await take(store, known, plain, ways)
        counts[came === 'loggedIn' ? 'taken' : came]++
        if (came === 'loggedIn') counts.loggedIn++
        showProgress(`${counts.taken} sessions`)
      })
    } catch (error) {
      console.error(
        `Stopped with ${counts.taken} taken. Run it again for the rest, and let no app run here until then: a second adopt brings back who has logged out of it.`,
      )
      throw error
    }
    const seen = Object.values(counts).reduce((sum, each) => sum + each, 0)
    if (seen === 0) {
      const message =
        'There are no such sessions there; --name is the key prefix, table or collection'
      return { message, data: counts, exitCode: 3 }
    }
    return { message: describe(counts, ways, store), data: counts }
  },
}

function checkFrom(from: string | undefined, isFlask: boolean): string {
  if (!from) throw wrongUse('Say where the sessions are: --from <address>')
  const { protocols, flaskName } = plainSessions
  const protocol = /^[a-z0-9+]*:/.exec(from)?.[0] ?? ''
  if (protocols.includes(protocol) && (!isFlask || flaskName)) return from
  const here = isFlask && flaskName === undefined ? [] : protocols
  throw wrongUse(
    `--from begins with "${protocol}"; this app adopts from ${here.join(' or ') || 'nowhere'}. Adopt in an app whose store is of that kind, then "export" there and "import" here`,
  )
}

/** Takes a session over, and says what became of it. */
async function take(
  { backend, settings }: Store,
  known: Map<string, User>,
  plain: PlainSession,
  { userField, isFlask, isDry }: Ways,
) {
  const content = parse(plain.data, isFlask)
  if (!content || !isSessionId(plain.sid)) return 'unreadable'
  const ends = plain.expires ?? endOf(content.cookie)
  if (ends <= Date.now()) return 'ended'
  const named = valueAt(content, userField) ?? null
  const name = typeof named === 'number' ? String(named) : named
  const user = typeof name === 'string' ? known.get(name) : undefined
  if (name !== null && !user) return 'nobody'
  // By the first version, so that whoever was logged out here since stays so.
  const sessionVersion = user && Math.min(user.created, user.sessionVersion)
  if (user && !isCurrent({ sessionVersion }, user)) return 'nobody'
  const id = recordId(plain.sid)
  if (await backend.read(id)) return 'present'
  const fields = { ...withoutOurs(content), ...(user && { user: user.name, sessionVersion }) }
  const state = { rev: 1, created: Date.now(), fields, text: JSON.stringify(fields) }
  try {
    const record = encodeRecord(id, state, settings)
    const expires = Math.min(record.expires, Math.floor(ends))
    if (!isDry) await backend.insert({ ...record, expires })
  } catch (error) {
    if ((error as { code?: string }).code === 'session_too_large') return 'tooLarge'
    throw error
  }
  return user ? 'loggedIn' : 'taken'
}

/** What a plain session holds; null where it cannot be read, which leaves it where it is. */
function parse(data: PlainSession['data'], isFlask: boolean): Fields | null {
  try {
    const isText = typeof data === 'string' || data instanceof Uint8Array
    const text = isText ? toText(data, isFlask) : JSON.stringify(data)
    const content: unknown = JSON.parse(text)
    if (typeof content !== 'object' || content === null || Array.isArray(content)) return null
    if (text.includes('"__proto__":')) return null
    const { cookie } = content as Fields
    return isFlask || (typeof cookie === 'object' && cookie !== null) ? (content as Fields) : null
  } catch {
    return null
  }
}

function toText(data: string | Uint8Array, isFlask: boolean): string {
  if (typeof data === 'string') return data
  const text = Buffer.from(data).toString('utf8')
  return isFlask && !text.startsWith('{') ? JSON.stringify(unpack(data)) : text
}

function endOf(cookie: unknown): number {
  const { expires = null } = Object(cookie)
  const end = expires === null ? Number.NaN : new Date(expires).getTime()
  return Number.isNaN(end) ? Number.MAX_SAFE_INTEGER : end
}

function valueAt(content: Fields, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (Object.hasOwn(Object(value), key) ? Object(value)[key] : undefined),
      content,
    )
}

/** The fields of the old app, without those that say here who is logged in, and how freshly. */
function withoutOurs(content: Fields): Fields {
  const {
    cookie: _c,
    user: _u,
    sessionVersion: _v,
    authenticated: _a,
    _permanent,
    ...fields
  } = content
  return fields
}

function describe(
  { taken, loggedIn, present, ended, nobody, tooLarge, unreadable }: Record<string, number>,
  { userField, isFlask, isDry }: Ways,
  { settings }: Store,
): string {
  const left = [
    present && `${present} that are here already`,
    ended && `${ended} that have ended`,
    nobody && `${nobody} whose user (field "${userField}") is none that may be logged in here`,
    tooLarge && `${tooLarge} that are larger than SESSION_MAX_BYTES`,
    unreadable && `${unreadable} that cannot be read`,
  ].filter(Boolean)
  const stays = isFlask
    ? 'Nobody stays logged in by them: Flask signs its cookies in another way.'
    : `Users stay logged in when SESSION_COOKIE_NAME is the name of the old cookie ("${settings.cookieName}" now) and SESSION_SECRETS has the old secret behind the first (it has ${settings.secrets.length} now).`
  return [
    `${isDry ? 'Would take' : 'Took'} ${taken} sessions, ${loggedIn} of them logged in.`,
    left.length > 0 && `Left ${left.join(', ')}.`,
    stays,
    'Nothing was deleted there: do it when all are here, for a second adopt would bring back what was logged out here since.',
  ]
    .filter(Boolean)
    .join(' ')
}
