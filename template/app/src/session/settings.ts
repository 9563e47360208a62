import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The 400 days that browsers keep a cookie. */
export const maxLifeSeconds = 34_560_000

/** Reads variables of an environment and collects everything that is wrong with them. */
export function createReader(env: NodeJS.ProcessEnv) {
  const problems: string[] = []
  const asked = new Set<string>()

  function text(name: string, fallback = ''): string {
    asked.add(name)
    return env[name]?.trim() || fallback
  }

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

    /** A line for each variable that is named like a setting of sessions and is none; ask it last, for what was read is what there is. */
    describeUnknown: () =>
      Object.keys(env)
        .filter((name) => /^SESSION_(?!MANAGER$)/.test(name) && !asked.has(name))
        .map((name) => describeUnknown(name, [...asked])),
  }
}

// What Flask-Session, express-session and people's own wrappers of them call it, without SESSION_.
const meanings: [names: RegExp, meaning: string][] = [
  [/^FILE_(THRESHOLD|MODE)$|^SQLALCHEMY_SEQUENCE$/, 'nothing has to be set for that'],
  [/^(MONGODB_COLLECT|SQLALCHEMY_TABLE|PREFIX)/, 'keys and tables are named by SESSION_KEY_PREFIX'],
  [
    /^(TYPE|STORE|DRIVER|URL|FILE|REDIS|MEMCACHE|CACHELIB|MONGO|SQLALCHEMY|POSTGRES|DYNAMODB)/,
    'the store is SESSION_STORE_URL',
  ],
  [/^ID_LENGTH$/, 'the random bytes of a session id are SESSION_ID_BYTES'],
  [/^SERIALI/, 'the format is SESSION_FORMAT'],
  [/^(SECRET|KEY$)/, 'secrets are SESSION_SECRETS'],
  [/^NAME$/, 'the cookie is named by SESSION_COOKIE_NAME'],
  [/SAME_?SITE$/, 'it is SESSION_SAME_SITE'],
  [
    /(MAX_?AGE|TTL|LIFETIME|TIMEOUT|EXPIR\w*)$/,
    'lifetimes are SESSION_IDLE_SECONDS and SESSION_ABSOLUTE_SECONDS',
  ],
  [
    /^(USE_SIGNER|REFRESH|CLEANUP|ROLLING|RESAVE|SAVE_UNINIT|PROXY|COOKIE_)/,
    'nothing has to be set for that',
  ],
]

/** What a variable that is no setting is likely to mean; never its value, which may be a secret. */
function describeUnknown(name: string, known: string[]): string {
  const near = known.find((each) => isSlip(name, each))
  const meant = meanings.find(([names]) => names.test(name.replace(/^SESSION_/, '')))
  const hint = near ? `it is ${near}` : (meant?.[1] ?? 'README.md has those that are')
  return `${name} is not a setting here; ${hint}`
}

/** Whether two names differ in one place, by two characters at most. */
function isSlip(one: string, other: string): boolean {
  const longest = Math.max(one.length, other.length)
  const shortest = Math.min(one.length, other.length)
  let start = 0
  while (start < shortest && one[start] === other[start]) start++
  let end = 0
  while (end < shortest - start && one.at(-1 - end) === other.at(-1 - end)) end++
  return longest - start - end <= 2
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
  // RFC 6265, 4.1.1: a token of RFC 9110.
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(session.cookieName)) {
    problems.push(
      `SESSION_COOKIE_NAME is "${session.cookieName}"; use letters, digits and ! # $ % & ' * + - . ^ _ \` | ~`,
    )
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

// The last four are from the documentation of @fastify/session, Flask, FastAPI and RFC 7515.
const published =
  /keyboard ?cat|change.?me|your.?secret|placeholder|example|<secret>|password|qwertyui|1qaz2wsx|averylogphrase|192b9bdd22ab9ed4|09d25e094faa6ca2|AyM1SysPpbyDfgZl/i

const neighbours = new Set(
  'th he in er an re nd ha on ou en at ed to it is es ng or te of st se ar nt ti me ve as al le io ro ra ri de co ec ea ur ne ll be et el om ic so no ma us ut la ss si em ce ca ho pa pr ch sh ke ey cr ie ge tr lo ld su up pe di we ai mo ol os ot po fo ac id il ir ee ad am ay da do ct wo sa ly rs ul ab ev ex qu'.split(
    ' ',
  ),
)

/** What makes a session secret too weak to sign with, or null; never repeats the secret (OWASP ASVS 13.3.1). */
export function findWeakness(secret: string): string | null {
  if (Buffer.byteLength(secret) < 32) return 'is shorter than 32 bytes'
  if (/[\s,]/.test(secret)) return 'holds a space, a line break or a comma'
  if (published.test(secret)) return 'is a placeholder, or published somewhere'
  if (repeats(secret)) return 'repeats itself, or counts'
  if (readsAsWords(secret)) return 'reads as words'
  return null
}

/** Whether many groups of three characters come again, or most characters are next to the one before, as in `123` and `cba`. */
function repeats(secret: string): boolean {
  const groups = Array.from({ length: secret.length - 2 }, (_, at) => secret.slice(at, at + 3))
  const steps = groups.filter(
    ([a = '', b = '']) => Math.abs(a.charCodeAt(0) - b.charCodeAt(0)) === 1,
  )
  return new Set(groups).size < 0.7 * groups.length || steps.length > 0.67 * groups.length
}

/** Whether most of it is words: letters between marks, or runs of letters that stand beside each other as in English. */
function readsAsWords(secret: string): boolean {
  const words = secret
    .split(/[^A-Za-z\d]+/)
    .filter((part) => /^([A-Z]?[a-z]{2,}|[A-Z]{3,})$/.test(part))
  if (words.length >= 3 && words.join('').length >= secret.length / 2) return true
  const runs = (secret.match(/[A-Z]?[a-z]{3,}|[A-Z]{4,}/g) ?? []).filter(isEnglish)
  return runs.join('').length > 0.6 * secret.replace(/[^A-Za-z\d]/g, '').length
}

function isEnglish(run: string): boolean {
  const letters = run.toLowerCase()
  const pairs = Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2))
  const common = pairs.filter((pair) => neighbours.has(pair)).length
  // Hexadecimal digits stand beside each other like that, too.
  return common >= 0.6 * pairs.length && /[g-z]/.test(letters)
}

const advice = 'set 32 random bytes, as "openssl rand -base64 32" makes them'

/** The secrets of SESSION_SECRETS or of the file at SESSION_SECRETS_FILE: the first signs and has to be strong, all verify. */
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
    problems.push(`${name} is empty; make .env by "npm run setup", or ${advice}`)
  }
  // An old one may be as it was: whoever knows it can sign an id, but not guess one that is there.
  for (const [index, secret] of secrets.entries()) {
    const isEmpty = secret === '' && 'is empty'
    const weakness = list && (index === 0 ? findWeakness(secret) : isEmpty)
    if (weakness) problems.push(`${name}: secret ${index + 1} ${weakness}; ${advice}`)
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
