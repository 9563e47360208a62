import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Request, RequestHandler } from 'express'
import { type DestinationStream, pino } from 'pino'
import { serializeError } from '../session/index.ts'

const requests = new AsyncLocalStorage<{ id: string; key: Buffer; req: Request }>()

/** One JSON object a line on standard output, in UTC, with the request that it is about, and without what sessions hold (OWASP ASVS 16.2); in development, lines that people read. */
export const log = pino(
  {
    base: { instance: `${hostname()}:${process.pid}` },
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    mixin: describeRequest,
    redact: ['req.headers.cookie', 'req.headers.authorization'],
    serializers: { err: serializeError },
  },
  await openPretty(),
)

export type Log = Pick<typeof log, 'info' | 'warn' | 'error'>

/** A development package, which an app without those does not have. */
async function openPretty(): Promise<DestinationStream> {
  const standardOutput = pino.destination({ dest: 1, sync: true })
  if (process.env.NODE_ENV !== 'development') return standardOutput
  try {
    const { default: openPinoPretty } = await import('pino-pretty')
    return openPinoPretty({
      messageKey: 'event',
      ignore: 'instance',
      translateTime: 'SYS:HH:MM:ss',
      singleLine: true,
      sync: true,
    })
  } catch {
    return standardOutput
  }
}

/** Makes a request known to everything that runs for it, so that each line of the log says which it is about. */
export function followRequests(key: Buffer): RequestHandler {
  return (req, _res, next) => requests.run({ id: randomUUID(), key, req }, next)
}

/** Who and where of the request that is under way; of the session id a keyed hash only (OWASP ASVS 16.2.5). */
function describeRequest(): Record<string, string> {
  const current = requests.getStore()
  if (!current) return {}
  return { req_id: current.id, ip: current.req.ip ?? '', ...describeUser() }
}

/** The user of the request that is under way, as the log names it; ask before you end the session, and log it afterwards. */
export function describeUser(): Record<string, string> {
  const current = requests.getStore()
  const user = current?.req.session?.user
  if (!current || !user) return {}
  const digest = createHmac('sha256', current.key).update(current.req.sessionID).digest('hex')
  return { user, sid_h: digest.slice(0, 16) }
}
