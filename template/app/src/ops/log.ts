import { pino } from 'pino'

/** One JSON object a line on standard output. */
export const log = pino({ redact: ['req.headers.cookie', 'req.headers.authorization'] })

export type Log = Pick<typeof log, 'info' | 'warn' | 'error'>
