import Bowser from 'bowser'
import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { describeUser } from '../http/log.ts'
import { wantsPage } from '../http/request.ts'
import { clearSite } from '../security/headers.ts'
import { isCurrent } from '../security/require-user.ts'
import { httpError, type OwnedSession } from '../session/index.ts'

/** Where a user is logged in, and how to end that (OWASP ASVS 7.5.2): `/account/sessions`, `/api/sessions`. */
export function devices(context: AppContext): Router {
  const { users, sessions, csrf, requireUser, requireFresh, render, audit } = context
  const router = Router()
  const guards = [sessions.middleware, requireUser]
  const freshGuards = [...guards, requireFresh]

  /** The live sessions of the user; those of an earlier session version are over already. */
  async function list({ session }: Request): Promise<OwnedSession[]> {
    const { user: name = '' } = session
    const [user, owned] = await Promise.all([users.find(name), sessions.owned(name)])
    return owned.filter(({ fields }) => isCurrent(fields, user))
  }

  async function describeAll(req: Request) {
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
    // The session version has ended them, whatever becomes of their records.
    audit('session_revoked', { count: ended })
    if (staysHere && user) {
      await sessions.update(req, (newest) => {
        newest.sessionVersion = user.sessionVersion
      })
    }
    await sessions.remove(others)
    if (!staysHere) await sessions.end(req, res)
    answer(req, res, { ended, own: !staysHere })
  }

  router
    .route('/account/sessions')
    .get(guards, async (req: Request, res: Response) => {
      const { user } = req.session
      const values = { user, csrf: csrf.token(req, res), sessions: await describeAll(req) }
      res.send(render('devices', { title: 'Your devices', ...values }))
    })
    .all(methodNotAllowed)

  router
    .route('/api/sessions')
    .get(guards, async (req: Request, res: Response) => {
      csrf.token(req, res)
      res.json({ sessions: await describeAll(req) })
    })
    .all(methodNotAllowed)

  router
    .route('/api/sessions/revoke-others')
    .post(freshGuards, (req: Request, res: Response) => endAll(req, res, true))
    .all(methodNotAllowed)

  router
    .route('/api/sessions/revoke-all')
    .post(freshGuards, (req: Request, res: Response) => endAll(req, res, false))
    .all(methodNotAllowed)

  router
    .route('/api/sessions/:handle/revoke')
    .post(freshGuards, async (req: Request, res: Response) => {
      const wanted = (await list(req)).find(({ handle }) => handle === req.params.handle)
      if (!wanted) throw httpError(404, 'not_found', 'The user has no such session')
      const own = wanted.handle === sessions.handleOf(req)
      const who = describeUser()
      await (own ? sessions.end(req, res) : sessions.remove([wanted]))
      audit('session_revoked', { count: 1, ...who })
      answer(req, res, { ended: 1, own })
    })
    .all(methodNotAllowed)

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
