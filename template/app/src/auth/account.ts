import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { RenderPage } from '../pages/page.ts'
import { wantsPage } from '../pages/wants-page.ts'
import type { Sessions } from '../session/middleware.ts'
import { problem } from '../session/problem.ts'

/** Lets only logged-in users through: others get a 401, or a page goes to the login. */
const requireUser: RequestHandler = (req, res, next) => {
  const back = req.method === 'GET' ? req.originalUrl : '/account'
  if (req.session.user) next()
  else if (wantsPage(req)) res.redirect(303, `/login?next=${encodeURIComponent(back)}`)
  else next(problem(401, 'unauthenticated', 'Not logged in'))
}

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
export function createAccount(sessions: Sessions, page: RenderPage): Router {
  const router = Router()
  router.use(['/account', '/api/me', '/api/note', '/api/visits'], sessions.middleware)

  router.get('/account', requireUser, (req, res) => {
    res.send(page('account', { title: 'Your account', ...showAccount(req) }))
  })

  router.get('/api/me', requireUser, (req, res) => {
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
