import { pino } from 'pino'
import { serializeError } from '../session/index.ts'

/** One JSON object a line on standard output, in UTC, without what sessions hold. */
export const log = pino({
  messageKey: 'event',
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: serializeError },
})

export type Log = Pick<typeof log, 'info' | 'warn' | 'error'>
