import { pino } from 'pino'
import { describeError } from './reason.ts'

/** One JSON object a line on standard output, without what sessions hold. */
export const log = pino({
  redact: ['req.headers.cookie', 'req.headers.authorization'],
  serializers: { err: describeError },
})

export type Log = Pick<typeof log, 'info' | 'warn' | 'error'>
