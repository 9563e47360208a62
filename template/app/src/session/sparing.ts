import type { Tell } from './tell.ts'

const quietMs = 10_000
const remembered = 10_000

// Whoever sends bad cookies can send many, and a store that is away fails each request; the log must not be filled by them.
const spared = [
  'session_unknown',
  'session_tampered',
  'session_anomaly',
  'session_rotation_failed',
  'store_unavailable',
]

/** Tells what anybody can cause at will once per 10 s and reason, with a count of what was left out, and all else as it comes. */
export function tellSparingly(tell: Tell): Tell {
  const quiet = new Map<string, { until: number; left: number }>()

  return (event, details = {}) => {
    const isSpared = spared.includes(event) || details.reason === 'epoch'
    if (!isSpared) {
      tell(event, details)
      return
    }
    const kind = `${event} ${details.reason}`
    if (quiet.size >= remembered) quiet.clear()
    const last = quiet.get(kind) ?? { until: 0, left: 0 }
    if (Date.now() < last.until) {
      last.left++
      return
    }
    tell(event, { ...details, ...(last.left > 0 && { left_out: last.left }) })
    quiet.set(kind, { until: Date.now() + quietMs, left: 0 })
  }
}
