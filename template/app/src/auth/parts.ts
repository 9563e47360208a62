import type { RequestHandler } from 'express'
import type { RenderPage } from '../pages/page.ts'
import type { Sessions } from '../session/middleware.ts'
import type { Tell } from '../session/tell.ts'
import type { Csrf } from './csrf.ts'
import type { Throttle } from './throttle.ts'
import type { Users } from './users.ts'

/** What the routes of this folder share. */
export interface Parts {
  users: Users
  sessions: Sessions
  csrf: Csrf
  throttle: Throttle
  /** Lets only logged-in users through, and what changes something only with their token. */
  requireUser: RequestHandler
  /** Comes after `requireUser`, and lets only those through who proved lately who they are. */
  requireFresh: RequestHandler
  /** The fewest characters of a password. */
  minLength: number
  page: RenderPage
  tell: Tell
}
