import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { wantsPage } from '../http/request.ts'
import { httpError, storeName } from '../session/index.ts'

const readAccount = ({ session }: Request) => ({
  user: session.user,
  note: session.note ?? '',
  visits: session.visits ?? 0,
})

/** Answers a form with the page and a program with JSON. */
function showAccount(req: Request, res: Response) {
  if (wantsPage(req)) res.redirect(303, '/account?saved')
  else res.json(readAccount(req))
}

/** What a logged-in user sees and changes: `/account`, `/api/me`, `/api/note`, `/api/visits`. */
export function account({ sessions, csrf, requireUser, render }: AppContext): Router {
  const router = Router()
  const guards = [sessions.middleware, requireUser]

  router
    .route('/account')
    .get(guards, (req: Request, res: Response) => {
      const session = { ...sessions.describe(req), storeName }
      const saved = 'saved' in req.query
      const values = { ...readAccount(req), saved, csrf: csrf.token(req, res), session }
      res.send(render('account', { title: 'Your account', ...values }))
    })
    .all(methodNotAllowed)

  router
    .route('/api/me')
    .get(guards, (req: Request, res: Response) => {
      csrf.token(req, res)
      res.json(readAccount(req))
    })
    .all(methodNotAllowed)

  router
    .route('/api/note')
    .post(guards, (req: Request, res: Response) => {
      const note: unknown = Object(req.body).note
      if (typeof note !== 'string') {
        throw httpError(400, 'note_missing', 'Send a note that is a text')
      }
      req.session.note = note
      showAccount(req, res)
    })
    .all(methodNotAllowed)

  router
    .route('/api/visits')
    .post(guards, async (req: Request, res: Response) => {
      await sessions.update(req, (newest) => {
        newest.visits = (newest.visits ?? 0) + 1
      })
      showAccount(req, res)
    })
    .all(methodNotAllowed)

  return router
}
