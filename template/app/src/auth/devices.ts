import Bowser from 'bowser'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { clearSite } from '../ops/headers.ts'
import { describeUser } from '../ops/request-context.ts'
import { wantsPage } from '../pages/wants-page.ts'
import type { OwnedSession } from '../session/owned.ts'
import { problem } from '../session/problem.ts'
import { isCurrent } from './guard.ts'
import type { Parts } from './parts.ts'

/** Where a user is logged in, and how to end that (OWASP ASVS 7.5.2): `/account/sessions`, `/api/sessions`. */
export function createDevices(parts: Parts): Router {
  const { users, sessions, csrf, requireUser, requireFresh, page, tell } = parts
  const router = Router()

  /** What is of an earlier epoch is over already. */
  async function list({ session }: Request): Promise<OwnedSession[]> {
    const { user: name = '' } = session
    const [user, owned] = await Promise.all([users.find(name), sessions.owned(name)])
    return owned.filter(({ fields }) => isCurrent(fields, user))
  }

  async function show(req: Request) {
    const current = sessions.handleOf(req)
    return (await list(req)).map((each) => describe(each, each.handle === current))
  }

  function answer(req: Request, res: Response, { ended, own }: { ended: number; own: boolean }) {
    if (own) clearSite(res)
    if (wantsPage(req)) res.redirect(303, own ? '/login' : '/account/sessions')
    else res.json({ ended })
  }

  /** Ends all sessions of the user, also those that begin at this moment; the one of this request may stay, as old as it is. */
  async function endAll(req: Request, res: Response, staysHere: boolean) {
    const owned = await list(req)
    const [user] = await users.endSessions(req.session.user)
    const current = sessions.handleOf(req)
    const others = owned.filter(({ handle }) => handle !== current)
    const ended = others.length + (staysHere ? 0 : 1)
    // The epoch has ended them, whatever becomes of their records.
    tell('session_revoked', { count: ended })
    if (staysHere && user) {
      await sessions.update(req, (newest) => {
        newest.epoch = user.epoch
      })
    }
    await sessions.remove(others)
    if (!staysHere) await sessions.end(req, res)
    answer(req, res, { ended, own: !staysHere })
  }

  const guards: RequestHandler[] = [requireUser, requireFresh]
  router.use(['/account/sessions', '/api/sessions'], sessions.middleware)

  router.get('/account/sessions', requireUser, async (req, res) => {
    const { user } = req.session
    const values = { user, csrf: csrf.token(req, res), sessions: await show(req) }
    res.send(page('sessions', { title: 'Your devices', ...values }))
  })

  router.get('/api/sessions', requireUser, async (req, res) => {
    csrf.token(req, res)
    res.json({ sessions: await show(req) })
  })

  router.post('/api/sessions/revoke-others', guards, (req: Request, res: Response) =>
    endAll(req, res, true),
  )

  router.post('/api/sessions/revoke-all', guards, (req: Request, res: Response) =>
    endAll(req, res, false),
  )

  router.post('/api/sessions/:handle/revoke', guards, async (req: Request, res: Response) => {
    const wanted = (await list(req)).find(({ handle }) => handle === req.params.handle)
    if (!wanted) throw problem(404, 'not_found', 'The user has no such session')
    const own = wanted.handle === sessions.handleOf(req)
    const who = describeUser()
    await (own ? sessions.end(req, res) : sessions.remove([wanted]))
    tell('session_revoked', { count: 1, ...who })
    answer(req, res, { ended: 1, own })
  })

  return router
}

function describe({ handle, created, used, fields }: OwnedSession, current: boolean) {
  const { address, agent } = fields
  return {
    handle,
    created: new Date(created).toISOString(),
    lastSeen: new Date(current ? Date.now() : used).toISOString(),
    address: typeof address === 'string' ? address : '',
    browser: typeof agent === 'string' ? nameBrowser(agent) : '',
    current,
  }
}

function nameBrowser(agent: string): string {
  if (agent === '') return ''
  const { browser, os } = Bowser.parse(agent)
  return [browser.name, os.name].filter(Boolean).join(', ') || agent.slice(0, 40)
}
