import type { Tell } from './tell.ts'

const failuresToOpen = 5
const probeEveryMs = 1000

/** Counts failures in a row: after five, calls are refused at once, but for one a second that finds out whether the backend is back. */
export function createBreaker(tell: Tell) {
  let failures = 0
  let nextProbe = 0

  return {
    /** Whether to refuse a call; asking is taking the probe. */
    refuses(): boolean {
      if (failures < failuresToOpen) return false
      if (Date.now() < nextProbe) return true
      nextProbe = Date.now() + probeEveryMs
      return false
    },
    succeed() {
      if (failures >= failuresToOpen) tell('breaker_closed')
      failures = 0
    },
    fail() {
      failures++
      if (failures !== failuresToOpen) return
      nextProbe = Date.now() + probeEveryMs
      tell('breaker_open')
    },
  }
}
