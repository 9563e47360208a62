import { type Request, type Response, Router } from 'express'
import { wantsPage } from '../pages/wants-page.ts'
import { problem } from '../session/problem.ts'
import type { Parts } from './parts.ts'

const showAccount = ({ session }: Request) => ({
  user: session.user,
  note: session.note ?? '',
  visits: session.visits ?? 0,
})

/** Answers a form with the page and a program with JSON. */
function answer(req: Request, res: Response) {
  if (wantsPage(req)) res.redirect(303, '/account')
  else res.json(showAccount(req))
}

/** What a logged-in user sees and changes: `/account`, `/api/me`, `/api/note`, `/api/visits`. */
export function createAccount({ sessions, csrf, requireUser, page }: Parts): Router {
  const router = Router()
  const paths = ['/account', '/api/me', '/api/note', '/api/visits']
  router.all(paths, sessions.middleware)

  router.get('/account', requireUser, (req, res) => {
    const values = { ...showAccount(req), csrf: csrf.token(req, res) }
    res.send(page('account', { title: 'Your account', ...values }))
  })

  router.get('/api/me', requireUser, (req, res) => {
    csrf.token(req, res)
    res.json(showAccount(req))
  })

  router.post('/api/note', requireUser, (req, res) => {
    const note: unknown = Object(req.body).note
    if (typeof note !== 'string') throw problem(400, 'note_missing', 'Send a note that is a text')
    req.session.note = note
    answer(req, res)
  })

  router.post('/api/visits', requireUser, async (req, res) => {
    await sessions.update(req, (newest) => {
      newest.visits = (newest.visits ?? 0) + 1
    })
    answer(req, res)
  })

  return router
}
