import { networkOf } from '../auth/address.ts'
import { tellSparingly } from '../session/sparing.ts'
import type { Tell } from '../session/tell.ts'
import type { Log } from './log.ts'
import { currentAddress } from './request-context.ts'

const windowMs = 60_000
const guesses = 100
const remembered = 10_000

const suspect = ['session_unknown', 'session_tampered']
const usual =
  /^(authn_(login_success|login_successafterfail|reauth_success|password_change)|session_(created|renewed|rotated|logout|revoked|expired)|cookie_resigned|breaker_closed)$/

/** Writes security events, sparing with what anybody can cause at will; and says when one address tries out session ids (OWASP ASVS 16.3). */
export function createSecurityLog(log: Log): Tell {
  let tried = new Map<string, number>()
  let windowEnds = 0

  const write: Tell = (event, details = {}) => {
    if (event === 'store_unavailable') log.error(details, event)
    else if (usual.test(event)) log.info(details, event)
    else log.warn(details, event)
  }
  const tell = tellSparingly(write)

  function countGuess() {
    if (Date.now() >= windowEnds || tried.size >= remembered) {
      tried = new Map()
      windowEnds = Date.now() + windowMs
    }
    const address = networkOf(currentAddress())
    const count = (tried.get(address) ?? 0) + 1
    tried.set(address, count)
    if (count === guesses) write('session_bruteforce', { count })
  }

  return (event, details) => {
    if (suspect.includes(event)) countGuess()
    tell(event, details)
  }
}
