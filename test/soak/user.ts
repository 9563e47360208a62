import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { SoakServer } from './server.ts'

const answerWithinMs = 12_000

interface Answer {
  /** 0 when there was none. */
  status: number
  body: { user?: string; note?: string; visits?: number }
}

/** One login: what was acknowledged in it, and what may have been stored besides. */
interface Session {
  cookie: string
  token: string
  /** Notes that a read may show: the last one that was acknowledged, and those after it whose answer was none. */
  notes: Set<string>
  visits: { least: number; most: number }
  /** Whether a logout is under way, or had no answer that says what became of it. */
  leaving: boolean
  over: boolean
}

/** A user who logs in, reads, writes and logs out, by a seed, and collects what cannot be. */
export function createUser({ origin, password }: SoakServer, name: string, random: Random) {
  const violations: string[] = []
  const statuses = new Map<number, number>()
  let slowestMs = 0
  let written = 0
  let session: Session | null = null

  async function ask(path: string, options: RequestInit = {}): Promise<Response | null> {
    const began = performance.now()
    const signal = AbortSignal.timeout(answerWithinMs)
    const own = { origin, 'sec-fetch-site': 'same-origin', accept: 'application/json' }
    const headers = { ...own, ...options.headers }
    const answer = await fetch(origin + path, { redirect: 'manual', signal, ...options, headers })
      .then(async (response) => new Response(await response.text(), response))
      .catch(() => null)
    slowestMs = Math.max(slowestMs, performance.now() - began)
    statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1)
    if (!answer) violations.push(`${name}: ${path} had no answer in ${answerWithinMs} ms`)
    else if (![200, 303, 401, 503].includes(answer.status)) {
      violations.push(
        `${name}: ${path} was answered ${answer.status} ${await answer.clone().text()}`,
      )
    }
    return answer
  }

  const cookieOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')

  async function within(own: Session, path: string, options: RequestInit = {}): Promise<Answer> {
    const wasOver = own.over
    const headers = {
      cookie: own.cookie,
      'x-csrf-token': own.token,
      'content-type': 'application/json',
    }
    const answer = await ask(path, { ...options, headers })
    const status = answer?.status ?? 0
    if (status === 200 && wasOver)
      violations.push(`${name}: ${path} was answered 200 after the logout`)
    if (status === 401 && !own.leaving)
      violations.push(`${name}: ${path} was answered 401 while logged in`)
    own.token = answer?.headers.get('x-csrf-token') ?? own.token
    const body = status === 200 ? await answer?.json() : {}
    if (body.user !== undefined && body.user !== name) {
      violations.push(`${name}: ${path} showed what is ${body.user}'s`)
    }
    return { status, body }
  }

  async function login() {
    const page = await ask('/login')
    if (page?.status !== 200) return
    const form = new URLSearchParams({
      username: name,
      password,
      _csrf: page.headers.get('x-csrf-token') ?? '',
    })
    const answer = await ask('/login', {
      method: 'POST',
      headers: { cookie: cookieOf(page) },
      body: form,
    })
    if (answer?.status !== 303) return
    session = {
      cookie: cookieOf(answer),
      token: '',
      notes: new Set(['']),
      visits: { least: 0, most: 0 },
      leaving: false,
      over: false,
    }
    await within(session, '/api/me')
  }

  async function read(own: Session) {
    const { least } = own.visits
    const known = new Set(own.notes)
    const { status, body } = await within(own, '/api/me')
    if (status !== 200) return
    if (![...known, ...own.notes].includes(body.note ?? '')) {
      const possible = [...own.notes].map((note) => `"${note}"`).join(', ')
      violations.push(`${name}: the note is "${body.note}"; it should be ${possible}`)
    }
    const visits = body.visits ?? 0
    if (visits < least || visits > own.visits.most) {
      violations.push(`${name}: ${visits} visits; they should be ${least} to ${own.visits.most}`)
    }
  }

  async function write(own: Session) {
    const note = `${name} ${++written}`
    own.notes.add(note)
    const { status } = await within(own, '/api/note', {
      method: 'POST',
      body: JSON.stringify({ note }),
    })
    if (status === 200 && !own.over) own.notes = new Set([note])
  }

  async function visit(own: Session) {
    own.visits.most++
    const { status } = await within(own, '/api/visits', { method: 'POST', body: '{}' })
    if (status === 200) own.visits.least++
  }

  /** Beside requests that are under way, which may come before it or after it. */
  async function logout(own: Session) {
    const headers = { cookie: own.cookie, 'x-csrf-token': own.token }
    const beside = [read(own), visit(own), visit(own)]
    own.leaving = true
    const answer = await ask('/logout', { method: 'POST', headers })
    own.over = answer?.status === 303
    await Promise.all(beside)
    session = null
    if (own.over) for (let times = 0; times < 3; times++) await within(own, '/api/me')
  }

  async function step() {
    if (!session) return login()
    const own: Session = session
    if (!own.token) return read(own)
    const kind = random.between(1, 20)
    if (kind === 1) return logout(own)
    if (kind <= 6) return write(own)
    if (kind <= 10) await Promise.all([visit(own), visit(own), read(own), visit(own)])
    else await read(own)
  }

  return {
    violations,
    statuses,
    slowest: () => slowestMs,
    /** One thing after the other, with up to `restMs` between them, until it is over. */
    async run(isOver: () => boolean, restMs: number) {
      while (!isOver()) {
        await step()
        await pause(random.between(0, restMs))
      }
    },
    /** When all is well again, what was acknowledged is there. */
    async conclude(tries = 50) {
      for (let left = tries; session && left > 0; left--) {
        const { status } = await within(session, '/api/me')
        if (status === 200) return read(session)
        await pause(200)
      }
      if (session) violations.push(`${name}: the session is not there again`)
    },
  }
}
