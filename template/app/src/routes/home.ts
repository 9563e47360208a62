import { Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { findGreetedUser } from '../security/require-user.ts'

/** `GET /`: greets who is logged in, and is there when the session store is not. */
export function home({ sessions, users, csrf, render }: AppContext): Router {
  const router = Router()

  router
    .route('/')
    .get(sessions.optional, async (req, res) => {
      const user = await findGreetedUser(req, users)
      const values = user && { user: user.name, csrf: csrf.token(req, res) }
      res.send(render('home', { title: 'Welcome', ...values }))
    })
    .all(methodNotAllowed)

  return router
}
