import type { SessionBackend } from '../session/backend.ts'
import { problem } from '../session/problem.ts'
import type { Tell } from '../session/tell.ts'
import { networkOf } from './address.ts'
import { createCounters } from './counter.ts'
import { createTurns } from './turns.ts'

interface Limits {
  maxFailures: number
  maxFailuresPerAddress: number
}

/** Who tries to prove what. */
export interface Attempt {
  /** Counted apart, so that nobody from outside keeps a user from proving once more who it is. */
  kind: 'login' | 'reauth'
  account: string
  address: string
  /** Whose account that is, for the log. */
  user: string
}

/** What a check has answered, and how often that account had failed before. */
export interface Outcome<Answer> {
  answer: Answer | null
  failures: number
}

const hourMs = 3_600_000
// In a row, as a login resets them; of an address nothing does, which many people may share.
const ofAccounts = { perLast: 24 * hourMs }
const ofAddresses = { perFirst: hourMs }
const longestWaitSeconds = 900
const mostAtATime = 64

/**
 * Slows down who tries out passwords: after `maxFailures` in a row, each further try of that account
 * waits, one second at first and twice as long each time, up to 15 minutes; the same after
 * `maxFailuresPerAddress` within an hour for an address.
 * Nothing is locked for good, and sessions go on (OWASP ASVS 6.1.1, 6.3.1).
 */
export function createThrottle(backend: SessionBackend, limits: Limits, tell: Tell) {
  const counters = createCounters(backend)
  const inTurn = createTurns()
  let underWay = 0

  const waitAfter = (most: number) => (count: number) =>
    count < most ? 0 : Math.min(2 ** (count - most), longestWaitSeconds) * 1000

  async function tryNow<Answer>(
    attempt: Attempt,
    check: () => Promise<Answer | null>,
    isAlone = false,
  ): Promise<Outcome<Answer>> {
    const { kind, account, address, user } = attempt
    const ofAccount = counters(kind, account, ofAccounts)
    const ofAddress = counters('address', address, ofAddresses)
    const [accountFailures, addressFailures] = await Promise.all([
      ofAccount.read(),
      ofAddress.read(),
    ])
    const inTurnOfAddress = <Done>(work: () => Promise<Done>) =>
      isAlone ? work() : inTurn(`address ${address}`, work)
    if (!isAlone && (addressFailures?.count ?? 0) >= limits.maxFailuresPerAddress) {
      return inTurnOfAddress(() => tryNow(attempt, check, true))
    }
    const until = Math.max(accountFailures?.until ?? 0, addressFailures?.until ?? 0)
    if (until > Date.now()) {
      tell('authn_login_lock', { user, failures: accountFailures?.count ?? 0 })
      const retryAfter = Math.ceil((until - Date.now()) / 1000)
      throw Object.assign(problem(429, 'login_throttled', 'Too many failed logins'), { retryAfter })
    }
    const answer = await check()
    if (answer === null) {
      await ofAccount.add(waitAfter(limits.maxFailures))
      await inTurnOfAddress(() => ofAddress.add(waitAfter(limits.maxFailuresPerAddress)))
    } else if (accountFailures) {
      await ofAccount.reset()
    }
    return { answer, failures: accountFailures?.count ?? 0 }
  }

  /** Checks a password by `check`, which answers null for a wrong one; throws a 429 when it is too early, a 503 when too many are under way. */
  return async function attempt<Answer>(
    tried: Attempt,
    check: () => Promise<Answer | null>,
  ): Promise<Outcome<Answer>> {
    if (underWay >= mostAtATime) {
      throw problem(503, 'login_busy', 'Too many passwords are being checked')
    }
    underWay++
    try {
      const account = nameOfAccount(tried.account)
      const normal = { ...tried, account, address: networkOf(tried.address) }
      // In turn, so that many at once do not all go by the count before them.
      return await inTurn(`${tried.kind} ${account}`, () => tryNow(normal, check))
    } finally {
      underWay--
    }
  }
}

/** Forgets the failed logins of an account. */
export function forgiveAccount(backend: SessionBackend, account: string): Promise<void> {
  return createCounters(backend)('login', nameOfAccount(account), ofAccounts).reset()
}

const nameOfAccount = (account: string) => account.normalize('NFKC').toLowerCase()

export type Throttle = ReturnType<typeof createThrottle>
