import { hostname } from 'node:os'
import { pino } from 'pino'
import { describeError } from '../session/reason.ts'
import { describeRequest } from './request-context.ts'

/** One JSON object a line on standard output, in UTC, with the request that it is about, and without what sessions hold (OWASP ASVS 16.2). */
export const log = pino({
  base: { instance: `${hostname()}:${process.pid}` },
  messageKey: 'event',
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
  mixin: describeRequest,
  redact: ['req.headers.cookie', 'req.headers.authorization'],
  serializers: { err: describeError },
})

export type Log = Pick<typeof log, 'info' | 'warn' | 'error'>
