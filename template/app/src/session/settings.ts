import type { Reader } from './environment.ts'
import { graceMs } from './id-chain.ts'
import { longestLifeSeconds } from './lifetime.ts'
import { readSecrets } from './secret.ts'

/** What the environment says of sessions. */
export interface SessionSettings {
  /** The first signs, all verify. */
  secrets: string[]
  /** Empty means the store's default. */
  storeUrl: string
  /** Lets production keep sessions in a memory that no other process sees. */
  allowMemoryStore: boolean
  idleMs: number
  absoluteMs: number
  /** After how long a session in use gets another id, in ms; 0: never. */
  rotateMs: number
  permanent: boolean
  cookieName: string
  sameSite: 'lax' | 'strict'
  keyPrefix: string
  idBytes: number
  format: 'json' | 'msgpack'
  maxBytes: number
  maxPerUser: number
  limitPolicy: 'evict-oldest' | 'deny-new'
  /** How long a login or re-authentication is good for what is sensitive, in ms. */
  freshMs: number
  storeTimeoutMs: number
  /** `1`, or the prefix, table or collection of a plain connect package whose sessions are taken over; empty: none. */
  adopt: string
}

/** The settings of sessions, and whether they are of production. */
export interface SessionConfig {
  production: boolean
  session: SessionSettings
}

/** Reads NODE_ENV and the settings of sessions; the reader collects what is wrong with them. */
export function readSessionConfig(reader: Reader): SessionConfig {
  const mode = reader.oneOf('NODE_ENV', ['production', 'development', 'test'], 'production')
  const production = mode === 'production'
  const absolute = reader.integer('SESSION_ABSOLUTE_SECONDS', 43_200, 1, longestLifeSeconds)
  const session: SessionSettings = {
    secrets: readSecrets(reader),
    storeUrl: reader.text('SESSION_STORE_URL'),
    allowMemoryStore: reader.flag('ALLOW_MEMORY_STORE'),
    idleMs: reader.integer('SESSION_IDLE_SECONDS', 1800, 1, longestLifeSeconds) * 1000,
    absoluteMs: absolute * 1000,
    rotateMs: reader.integer('SESSION_ROTATE_SECONDS', usualRotation(absolute), 0, 86_400) * 1000,
    permanent: reader.flag('SESSION_PERMANENT'),
    cookieName: reader.text('SESSION_COOKIE_NAME', production ? '__Host-id' : 'id'),
    sameSite: reader.oneOf('SESSION_SAME_SITE', ['lax', 'strict'], 'lax'),
    keyPrefix: reader.text('SESSION_KEY_PREFIX', 'sess:'),
    idBytes: reader.integer('SESSION_ID_BYTES', 24, 16, 96),
    format: reader.oneOf('SESSION_FORMAT', ['json', 'msgpack'], 'json'),
    maxBytes: reader.integer('SESSION_MAX_BYTES', 65_536, 1024, 350_000),
    maxPerUser: reader.integer('SESSION_MAX_PER_USER', 10, 1, 1000),
    limitPolicy: reader.oneOf('SESSION_LIMIT_POLICY', ['evict-oldest', 'deny-new'], 'evict-oldest'),
    freshMs: reader.integer('SESSION_FRESH_SECONDS', 300, 1, 86_400) * 1000,
    storeTimeoutMs: reader.integer('SESSION_STORE_TIMEOUT_MS', 1000, 50, 60_000),
    adopt: reader.text('SESSION_ADOPT'),
  }
  checkTogether({ session, production }, reader.problems)
  return { production, session }
}

/** Sessions that outlive a working day get another id each quarter of an hour. */
function usualRotation(absoluteSeconds: number): number {
  return absoluteSeconds > 43_200 ? 900 : 0
}

function checkTogether({ session, production }: SessionConfig, problems: string[]) {
  if (session.idleMs > session.absoluteMs) {
    problems.push(
      `SESSION_IDLE_SECONDS (${session.idleMs / 1000}) is more than SESSION_ABSOLUTE_SECONDS (${session.absoluteMs / 1000}); lower the first or raise the second`,
    )
  }
  if (session.rotateMs > 0 && session.rotateMs < graceMs) {
    problems.push(
      `SESSION_ROTATE_SECONDS is ${session.rotateMs / 1000}; set ${graceMs / 1000} or more, as the id before is good for that long, or 0 for never`,
    )
  }
  if (!production && /^__(Host|Secure)-/.test(session.cookieName)) {
    problems.push(
      `SESSION_COOKIE_NAME is "${session.cookieName}"; browsers take that prefix over https only, so leave it out unless NODE_ENV is production`,
    )
  }
  if (!/^[A-Za-z0-9_-]+$/.test(session.cookieName)) {
    problems.push(`SESSION_COOKIE_NAME is "${session.cookieName}"; use letters, digits, _ and -`)
  }
  if (!/^[A-Za-z0-9_.:-]*[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(session.keyPrefix)) {
    problems.push(
      `SESSION_KEY_PREFIX is "${session.keyPrefix}"; use letters, digits, and _ . : -, one letter or digit at least`,
    )
  }
}
