import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  defaultUrl,
  type Finding,
  isEncrypted,
  openConfigured,
  type SessionBackend,
  type SessionConfig,
  type Stored,
  safeMessage,
  storeName,
  withCircuitBreaker,
} from '../session/index.ts'

const clockSpareMs = 10_000

const awayCure =
  'Start the store (docker compose up -d --wait), or let SESSION_STORE_URL name its host, port and database'
const rightsCure =
  'Give the app the rights in its store that README.md names, or run "npm run setup" with those that make a table'

// What servers say in words of their own; the first that fits is taken.
const cures: [said: RegExp, cure: string][] = [
  [
    /WRONGPASS|NOAUTH|passw|authentica|security token/i,
    'Let SESSION_STORE_URL have the right user and password, with %40 for @, %2F for / and %23 for # in them',
  ],
  [/npm run setup/, 'Run "npm run setup", which makes the table'],
  [
    /read.?only|not primary/i,
    'Let SESSION_STORE_URL lead to a server that takes writes: this one is a replica, or was made read-only',
  ],
  [/\bOOM\b|ENOSPC|is full|disk/i, 'Make room at the store, which takes no more'],
  [/NOPERM|denied|not authorized|EACCES|EPERM/i, rightsCure],
]

const cureOf = (said: string) => cures.find(([pattern]) => pattern.test(said))?.[1]

/** A problem as settings word it: what is wrong, and behind the last semicolon what to do. */
export function toFinding(check: string, problem: string): Finding {
  const [, found = problem, cure = 'README.md has every setting'] =
    /^(.*); (.*)$/s.exec(problem) ?? []
  return { check, found, cure }
}

/** Asks the store for everything, within its time limit, and says which files it has; a store that is away, or cannot be opened, is one fault. */
export async function checkStore(
  config: SessionConfig,
): Promise<{ findings: Finding[]; paths: string[]; isStoreAway: boolean }> {
  const { storeUrl, storeTimeoutMs } = config.session
  const plain: Finding = {
    check: 'encryption',
    found: 'sessions go to another machine without TLS',
    cure: 'Let SESSION_STORE_URL ask for TLS, as README.md says; where the store has none, keep it on a network that only the app can reach',
    productionOnly: true,
  }
  const onTheWay = isEncrypted(storeUrl || defaultUrl) ? [] : [plain]
  let reason = ''
  let backend: SessionBackend
  try {
    backend = await openConfigured(config, (error) => {
      // What comes later may only say that the connection is closed.
      reason ||= safeMessage(error)
    })
  } catch (error) {
    const findings = [toFinding('store', (error as Error).message)]
    return { findings, paths: [], isStoreAway: true }
  }
  const guarded = withCircuitBreaker(backend, storeTimeoutMs)
  try {
    await guarded.ping()
    const { findings, paths } = await lookInto(backend)
    const tried = await tryOut(guarded, storeTimeoutMs)
    return { findings: [...findings, ...tried, ...onTheWay], paths, isStoreAway: false }
  } catch (error) {
    const { cause = error } = error as Error
    const found = reason || safeMessage(cause)
    const cure = cureOf(found) ?? (backend.isRefusal?.(cause) ? rightsCure : awayCure)
    const findings = [{ check: 'store', found, cure }, ...onTheWay]
    return { findings, paths: [], isStoreAway: true }
  } finally {
    // A server that has stopped would keep its connections: nobody waits for them.
    backend.close().catch(() => {})
  }
}

/** What the backend says of its server, whose clock was read between two times of ours. */
async function lookInto(backend: SessionBackend) {
  const before = Date.now()
  const { version = '', clock, paths = [], findings = [] } = (await backend.diagnose?.()) ?? {}
  const name = `${storeName} ${version}`.trim()
  const all: Finding[] = [{ check: 'store', found: `${name} takes writes` }, ...findings]
  if (clock !== undefined) {
    const aheadMs = clock < before ? clock - before : Math.max(0, clock - Date.now())
    const seconds = Math.round(Math.abs(aheadMs) / 1000)
    const cure =
      "Let both machines set their clocks by NTP: sessions end by the clocks of the app's machines"
    all.push({
      check: 'clock',
      found: `that of the store is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead'}`,
      cure: Math.abs(aheadMs) > clockSpareMs ? cure : undefined,
    })
  }
  return { findings: all, paths }
}

/** Does with a session of its own what requests do with theirs, which takes all the rights that they need. */
async function tryOut(backend: SessionBackend, timeoutMs: number): Promise<Finding[]> {
  const id = randomBytes(32).toString('hex')
  // No user can have that name.
  const owner = 'npm run doctor'
  const created = Date.now()
  const data = JSON.stringify({ created, fields: {} })
  const stored: Stored = { id, owner, rev: 1, expires: created + 60_000, data }
  const isListed = async () => (await backend.owned(owner)).some((each) => each.id === id)
  const steps: Record<string, () => Promise<boolean>> = {
    'keep a session': () => backend.insert(stored).then(() => true),
    'read a session': async () => isDeepStrictEqual(await backend.read(id), stored),
    'change a session': async () => (await backend.replace({ ...stored, rev: 2 }, 1)) === 'done',
    'move the end of a session': () => backend.touch(id, stored.expires + 1000),
    'list the sessions of a user': isListed,
    'end a session': () => backend.remove(id).then(() => true),
    'leave out a session that has ended': async () => !(await isListed()),
  }
  let slowestMs = 0
  for (const [what, step] of Object.entries(steps)) {
    const began = performance.now()
    const failure = await step().then(
      (isDone) => (isDone ? '' : 'it had no effect'),
      ({ cause }) => safeMessage(cause),
    )
    slowestMs = Math.max(slowestMs, performance.now() - began)
    if (failure === '') continue
    await backend.remove(id).catch(() => {})
    const found = `the app cannot ${what}: ${failure}`
    return [{ check: 'rights', found, cure: cureOf(failure) ?? rightsCure }]
  }
  const cure =
    'Bring the app nearer to its store, see what keeps that busy, or raise SESSION_STORE_TIMEOUT_MS: a call that takes longer is a 503'
  return [
    { check: 'rights', found: 'the app can keep, change, list and end sessions' },
    {
      check: 'round trip',
      found: `the slowest call took ${slowestMs.toFixed(1)} ms, and may take ${timeoutMs}`,
      cure: slowestMs > timeoutMs / 2 ? cure : undefined,
    },
  ]
}
