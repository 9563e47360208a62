import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { deriveKey } from '../key.ts'
import { firstPart } from '../session/id.ts'

const requests = new AsyncLocalStorage<{ id: string; key: Buffer; req: Request }>()

/** Makes a request known to everything that runs for it, so that each line of the log says which it is about. */
export function followRequests(secret: string): RequestHandler {
  const key = deriveKey(secret, 'log')
  return (req, _res, next) => requests.run({ id: randomUUID(), key, req }, next)
}

/** Who and where of the request that is under way, for the log; of the session id a keyed hash only (OWASP ASVS 16.2.5). */
export function describeRequest(): Record<string, string> {
  const current = requests.getStore()
  if (!current) return {}
  return { req_id: current.id, ip: addressOf(current.req), ...describeUser() }
}

/** The user of the request that is under way, as the log names it; whoever ends the session and tells it then asks before. */
export function describeUser(): Record<string, string> {
  const current = requests.getStore()
  const user = current?.req.session?.user
  return current && user ? { user, sid_h: hash(current.key, firstPart(current.req.sessionID)) } : {}
}

/** The address of the client of the request that is under way; empty outside of one. */
export function currentAddress(): string {
  const current = requests.getStore()
  return current ? addressOf(current.req) : ''
}

const addressOf = (req: Request) => req.ip ?? ''

const hash = (key: Buffer, sessionId: string) =>
  createHmac('sha256', key).update(sessionId).digest('hex').slice(0, 16)
