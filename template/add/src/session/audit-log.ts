import { type AuditLog, safeMessage } from './index.ts'

const windowMs = 10_000
const maxRemembered = 10_000

// Whoever sends bad cookies can send many, and a store that is away fails each request; the log must not be filled by them.
const sampled = ['session_expired', 'session_unknown', 'session_tampered', 'store_unavailable']
const samples = new Map<string, { until: number; suppressed: number }>()

/** Writes events to standard output, one JSON object a line, without what sessions hold; put your own log in its place. */
export const audit: AuditLog = (event, { err, ...details } = {}) => {
  const reason = err === undefined ? details.reason : safeMessage(err)
  const line = { time: new Date().toISOString(), event, ...details, reason }
  if (!sampled.includes(event)) {
    console.log(JSON.stringify(line))
    return
  }
  const kind = `${event} ${details.reason}`
  if (samples.size >= maxRemembered) samples.clear()
  const { until, suppressed } = samples.get(kind) ?? { until: 0, suppressed: 0 }
  if (Date.now() < until) {
    samples.set(kind, { until, suppressed: suppressed + 1 })
    return
  }
  console.log(JSON.stringify(suppressed > 0 ? { ...line, suppressed } : line))
  samples.set(kind, { until: Date.now() + windowMs, suppressed: 0 })
}
