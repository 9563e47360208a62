import { reasonOf } from './reason.ts'
import { tellSparingly } from './sparing.ts'
import type { Tell } from './tell.ts'

/** Writes events to standard output, one JSON object a line, without what sessions hold; put your own log in its place. */
export const tell: Tell = tellSparingly((event, { err, ...details } = {}) => {
  const time = new Date().toISOString()
  const reason = err === undefined ? {} : { reason: reasonOf(err) }
  console.log(JSON.stringify({ time, event, ...details, ...reason }))
})
