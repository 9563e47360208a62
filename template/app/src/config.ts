import { readAddress, readBreachList, readOrigin, readTrustProxy } from './network.ts'
import { createReader } from './session/environment.ts'
import { readSessionConfig, type SessionConfig } from './session/settings.ts'

export interface Config extends SessionConfig {
  port: number
  host: string
  /** Where browsers reach the app, such as `https://app.example`; empty means: as the request says. */
  publicOrigin: string
  /** Which proxies may say who the client is; as Express's `trust proxy`. */
  trustProxy: false | number | string
  /** Where browsers report what the content security policy refused; empty means nowhere. */
  cspReportUri: string
  /** Lets requests in that say nothing of where they come from, as those of command line clients do (OWASP CSRF cheat sheet). */
  allowNoOrigin: boolean
  /** What becomes of a session that comes from another browser or address than its login. */
  onAnomaly: 'log' | 'end'
  usersFile: string
  /** The fewest characters of a password. */
  passwordMinLength: number
  /** Where to ask for breached passwords; empty means nowhere. */
  breachListUrl: string
  login: {
    /** Failures after which each further try of an account has to wait. */
    maxFailures: number
    /** The same for all tries from one address. */
    maxFailuresPerAddress: number
  }
}

/** The configuration that an environment says; throws one error that lists every problem, and never a secret. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = createReader(env)
  const { production, session } = readSessionConfig(reader)
  const config: Config = {
    production,
    session,
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    publicOrigin: readOrigin(reader),
    trustProxy: readTrustProxy(reader),
    cspReportUri: readAddress(reader, 'CSP_REPORT_URI', 'https://reports.example/csp'),
    allowNoOrigin: reader.flag('CSRF_ALLOW_NO_ORIGIN'),
    onAnomaly: reader.oneOf('SESSION_ON_ANOMALY', ['log', 'end'], 'log'),
    usersFile: reader.text('USERS_FILE', 'data/users.json'),
    passwordMinLength: reader.integer('PASSWORD_MIN_LENGTH', 15, 8, 128),
    breachListUrl: readBreachList(reader),
    login: {
      maxFailures: reader.integer('LOGIN_MAX_FAILURES', 5, 1, 100),
      maxFailuresPerAddress: reader.integer('LOGIN_MAX_FAILURES_PER_ADDRESS', 100, 1, 1_000_000),
    },
  }
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  return config
}
