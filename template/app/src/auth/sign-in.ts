import type { Request, Response } from 'express'
import { shorten } from './guard.ts'
import type { Parts } from './parts.ts'
import type { User } from './users.ts'

/**
 * Makes the visitor this user, under a new session id whose lifetimes begin now: after a login,
 * and with what the session holds after a re-authentication or a new password, which `renews`
 * (OWASP ASVS 7.2.4; NIST SP 800-63B-4, 5.2).
 */
export async function signIn(
  req: Request,
  res: Response,
  { user, renews = false }: { user: User; renews?: boolean },
  { sessions, csrf, tell }: Pick<Parts, 'sessions' | 'csrf' | 'tell'>,
): Promise<void> {
  const fields = {
    user: user.name,
    epoch: user.epoch,
    authenticated: Date.now(),
    address: req.ip ?? '',
    agent: shorten(req.get('User-Agent')),
  }
  await sessions.start(req, fields, { keep: renews })
  csrf.token(req, res)
  tell(renews ? 'session_renewed' : 'session_created')
}
