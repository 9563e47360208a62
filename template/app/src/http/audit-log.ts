import { channel } from 'node:diagnostics_channel'
import type { AuditLog } from '../session/index.ts'
import type { Log } from './log.ts'

const windowMs = 10_000
const maxRemembered = 10_000

// Whoever sends bad cookies can send many, and a store or users that are away fail each request; the log must not be filled by them.
const sampled = [
  'session_expired',
  'session_unknown',
  'session_tampered',
  'store_unavailable',
  'users_unavailable',
]

const expected =
  /^(authn_(login_success|login_successafterfail|reauth_success|password_change)|session_(created|renewed|logout|revoked|expired)|cookie_resigned|breaker_closed|users_imported)$/

/** Each security event as it happens, those that the log leaves out as well; whoever counts them subscribes. */
export const auditEvents = channel('audit-log')

/** What `auditEvents` publishes. */
export interface AuditEvent {
  event: string
  details: Record<string, unknown>
}

/** Writes security events to the log; samples what anybody can cause at will, once per 10 s and reason, with the number of `suppressed` ones (OWASP ASVS 16.3). */
export function createAuditLog(log: Log): AuditLog {
  const samples = new Map<string, { until: number; suppressed: number }>()

  function write(event: string, details: Record<string, unknown>) {
    if (event.endsWith('_unavailable')) log.error(details, event)
    else if (expected.test(event)) log.info(details, event)
    else log.warn(details, event)
  }

  return (event, details = {}) => {
    if (auditEvents.hasSubscribers) auditEvents.publish({ event, details } satisfies AuditEvent)
    if (!sampled.includes(event)) return write(event, details)
    const kind = `${event} ${details.reason}`
    if (samples.size >= maxRemembered) samples.clear()
    const { until, suppressed } = samples.get(kind) ?? { until: 0, suppressed: 0 }
    if (Date.now() < until) {
      samples.set(kind, { until, suppressed: suppressed + 1 })
      return
    }
    write(event, suppressed > 0 ? { ...details, suppressed } : details)
    samples.set(kind, { until: Date.now() + windowMs, suppressed: 0 })
  }
}
