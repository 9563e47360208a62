import { hkdfSync } from 'node:crypto'
import express from 'express'
import { createReader, findWeakness, type Reader, readSessionConfig } from './session/index.ts'

export type Config = ReturnType<typeof readConfig>

/** Reads the configuration from an environment; throws one error that lists every problem, and never a secret. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const reader = createReader(env)
  const { production, session } = readSessionConfig(reader)
  const publicOrigin = readAddress(reader, 'PUBLIC_ORIGIN', 'https://app.example')
  const [secret = ''] = session.secrets
  const config = {
    production,
    session,
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    /** How long the app still serves after a signal to end, with `/readyz` at 503, in ms. */
    shutdownDelayMs: reader.integer('SHUTDOWN_DELAY_SECONDS', production ? 5 : 0, 0, 300) * 1000,
    /** Where browsers reach the app, such as `https://app.example`; empty means: as the request says. */
    publicOrigin: publicOrigin && new URL(publicOrigin).origin,
    /** Which proxies may say who the client is; as Express's `trust proxy`. */
    trustProxy: readTrustProxy(reader),
    /** Where browsers report what the content security policy refused; empty means nowhere. */
    cspReportUri: readAddress(reader, 'CSP_REPORT_URI', 'https://reports.example/csp'),
    /** Lets requests in that say nothing of where they come from, as those of command line clients do (OWASP CSRF cheat sheet). */
    allowNoOrigin: reader.flag('CSRF_ALLOW_NO_ORIGIN'),
    /** How long a login is good for what is sensitive, in ms. */
    freshMs: reader.integer('SESSION_FRESH_SECONDS', 300, 1, 86_400) * 1000,
    users: readUserConfig(reader),
    /** Whoever brings it may read `/metrics`; empty means nobody. */
    metricsToken: readMetricsToken(reader),
    login: {
      /** Failures after which each further try of an account has to wait. */
      maxFailures: reader.integer('LOGIN_MAX_FAILURES', 5, 1, 100),
      /** The same for all tries from one address. */
      maxFailuresPerAddress: reader.integer('LOGIN_MAX_FAILURES_PER_ADDRESS', 100, 1, 1_000_000),
    },
    /** The first makes tokens, all verify them; a weak old secret verifies cookies alone. */
    csrfKeys: session.secrets
      .filter((each) => !findWeakness(each))
      .map((each) => deriveKey(each, 'csrf')),
    /** Hashes session ids for the log. */
    logKey: deriveKey(secret, 'log'),
    /** What is set and is no setting, each with what is likely to be meant. */
    unknownSettings: reader.describeUnknown(),
  }
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  return config
}

/** Reads what is about users; the reader collects what is wrong with it. */
export function readUserConfig(reader: Reader) {
  const breachList = 'https://api.pwnedpasswords.com/range'
  return {
    /** The file with the users; empty means where the store can have them, and `data/users.json` where not. */
    file: reader.text('USERS_FILE'),
    /** The fewest characters of a password. */
    minLength: reader.integer('PASSWORD_MIN_LENGTH', 15, 8, 128),
    /** Where to ask for breached passwords; empty means nowhere. */
    breachListUrl: readAddress(reader, 'PASSWORD_BREACH_LIST_URL', breachList),
  }
}

/** A token that is as hard to guess as a session secret; empty where none is set. */
function readMetricsToken({ text, problems }: Reader): string {
  const token = text('METRICS_TOKEN')
  const weakness = token && findWeakness(token)
  if (weakness) {
    problems.push(
      `METRICS_TOKEN ${weakness}; set 32 random bytes, as "openssl rand -base64 32" makes them`,
    )
  }
  return token
}

/** An address on the web, from a variable of this name; empty where none is said. */
function readAddress({ text, problems }: Reader, name: string, example: string): string {
  const value = text(name)
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : null
  if (url && /^https?:$/.test(url.protocol)) return url.href
  problems.push(`${name} is "${value}"; set an address such as ${example}`)
  return ''
}

/** Which proxies may say who the client is; none unless said (OWASP ASVS 4.1.3). */
export function readTrustProxy({ text, problems }: Reader): false | number | string {
  const value = text('TRUST_PROXY', 'false')
  if (value === 'false') return false
  if (/^\d+$/.test(value)) return Number(value)
  try {
    express().set('trust proxy', value)
  } catch {
    problems.push(
      `TRUST_PROXY is "${value}"; set false, a count of hops, or addresses such as loopback, 10.0.0.0/8`,
    )
  }
  return value
}

/** A key of its own for one purpose, so that what leaks of one use says nothing of another. */
function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}
