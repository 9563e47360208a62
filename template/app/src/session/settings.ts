import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The 400 days that browsers keep a cookie. */
export const maxLifeSeconds = 34_560_000

/** Reads variables of an environment and collects everything that is wrong with them. */
export function createReader(env: NodeJS.ProcessEnv) {
  const problems: string[] = []

  const text = (name: string, fallback = '') => env[name]?.trim() || fallback

  function oneOf<const Word extends string>(
    name: string,
    words: readonly Word[],
    fallback: Word,
  ): Word {
    const value = text(name, fallback)
    const word = words.find((each) => each === value)
    if (word !== undefined) return word
    problems.push(`${name} is "${value}"; set one of: ${words.join(', ')}`)
    return fallback
  }

  return {
    problems,
    text,

    /** One of a few words. */
    oneOf,

    /** `true` or `false`; `false` where nothing is set. */
    flag: (name: string) => oneOf(name, ['true', 'false'], 'false') === 'true',

    /** A whole number within a range. */
    integer(name: string, fallback: number, min: number, max: number): number {
      const value = text(name, String(fallback))
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
      if (number >= min && number <= max) return number
      problems.push(`${name} is "${value}"; set a whole number from ${min} to ${max}`)
      return fallback
    },
  }
}

export type Reader = ReturnType<typeof createReader>

/** The settings of sessions, and whether they are of production. */
export type SessionConfig = ReturnType<typeof readSessionConfig>

/** Reads NODE_ENV and the settings of sessions; the reader collects what is wrong with them. */
export function readSessionConfig(reader: Reader) {
  const { text, flag, integer, oneOf } = reader
  const production =
    oneOf('NODE_ENV', ['production', 'development', 'test'], 'production') === 'production'
  const session = {
    secrets: readSecrets(reader),
    /** Empty means the store's default. */
    storeUrl: text('SESSION_STORE_URL'),
    allowMemoryStore: flag('ALLOW_MEMORY_STORE'),
    idleMs: integer('SESSION_IDLE_SECONDS', 1800, 1, maxLifeSeconds) * 1000,
    absoluteMs: integer('SESSION_ABSOLUTE_SECONDS', 43_200, 1, maxLifeSeconds) * 1000,
    permanent: flag('SESSION_PERMANENT'),
    cookieName: text('SESSION_COOKIE_NAME', production ? '__Host-id' : 'id'),
    sameSite: oneOf('SESSION_SAME_SITE', ['lax', 'strict'], 'lax'),
    keyPrefix: text('SESSION_KEY_PREFIX', 'sess:'),
    idBytes: integer('SESSION_ID_BYTES', 24, 16, 96),
    format: oneOf('SESSION_FORMAT', ['json', 'msgpack'], 'json'),
    maxBytes: integer('SESSION_MAX_BYTES', 65_536, 1024, 350_000),
    maxPerUser: integer('SESSION_MAX_PER_USER', 10, 1, 1000),
    storeTimeoutMs: integer('SESSION_STORE_TIMEOUT_MS', 1000, 50, 60_000),
  }
  const { problems } = reader
  if (session.idleMs > session.absoluteMs) {
    problems.push(
      `SESSION_IDLE_SECONDS (${session.idleMs / 1000}) is more than SESSION_ABSOLUTE_SECONDS (${session.absoluteMs / 1000}); lower the first or raise the second`,
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
  return { production, session }
}

const loopback = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i

/** Whether a store's address stays on this machine or asks for TLS on the way to another one (OWASP ASVS 12.3.1). */
export function isEncrypted(url: string): boolean {
  const [, scheme = '', hosts = '', query = ''] =
    /^([a-z0-9+]+):\/\/(?:[^@/]*@)?([^/?]*)[^?]*\??(.*)$/i.exec(url) ?? []
  if (hosts === '' || hosts.split(',').every((host) => loopback.test(host))) return true
  if (/^(rediss|dynamodb$|.*\b(srv|https))/.test(scheme)) return true
  const asked = new URLSearchParams(query)
  const isAsked = ['tls', 'ssl'].some((name) => asked.get(name) === 'true')
  return isAsked || /^(require|verify-(ca|full))$/.test(asked.get('sslmode') ?? '')
}

const placeholder = /keyboard cat|change.?me|your.?secret|placeholder|example|<secret>|password/i

/** What makes a session secret too weak to sign with, or null; never repeats the secret (OWASP ASVS 13.3.1). */
export function findWeakness(secret: string): string | null {
  if (Buffer.byteLength(secret) < 32) return 'is shorter than 32 bytes'
  if (placeholder.test(secret)) return 'is a placeholder'
  if (new Set(secret).size < 12) return 'has fewer than 12 different characters'
  if (/[\s,]/.test(secret)) return 'holds a space, a line break or a comma'
  return null
}

/** The secrets of SESSION_SECRETS or of the file at SESSION_SECRETS_FILE: the first signs, all verify. */
export function readSecrets({ text, problems }: Reader): string[] {
  const file = text('SESSION_SECRETS_FILE')
  const name = file ? 'SESSION_SECRETS_FILE' : 'SESSION_SECRETS'
  let list = text('SESSION_SECRETS')
  try {
    if (file) list = readFileSync(file, 'utf8').trim()
  } catch (error) {
    problems.push(`SESSION_SECRETS_FILE cannot be read: ${(error as Error).message}`)
    return []
  }
  const secrets = list.split(',').map((secret) => secret.trim())
  if (!list) {
    problems.push(`${name} is empty; make .env as .env.example says, or set 32 random bytes`)
  }
  for (const [index, secret] of secrets.entries()) {
    const weakness = list && findWeakness(secret)
    if (weakness) problems.push(`${name}: secret ${index + 1} ${weakness}; set 32 random bytes`)
  }
  return secrets
}

/** Fills in a `.env.example`: `<secret>` and `<password>` become 32 and 18 random bytes, or the values given; in a URL a password is percent-encoded (RFC 3986). */
export function fillEnv(
  example: string,
  {
    secret = randomBytes(32).toString('base64url'),
    password = randomBytes(18).toString('base64url'),
  } = {},
): string {
  return example
    .replaceAll('<secret>', () => secret)
    .replaceAll(/(?<=:\/\/\S*)<password>/g, () => encodeURIComponent(password))
    .replaceAll('<password>', () => password)
}
