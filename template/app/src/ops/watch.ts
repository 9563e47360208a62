import { reasonOf } from '../session/reason.ts'
import type { Log } from './log.ts'

const everyMs = 5000

/** Logs when the session store goes away and when it is back, and not each failure in between. */
export function createWatch(log: Log) {
  let available = true
  let latest = ''
  let awaySince = 0

  async function look(ping: () => Promise<void>) {
    const failure = await ping().then(
      () => null,
      (error: Error) => latest || reasonOf(error.cause ?? error),
    )
    latest = ''
    if (available === (failure === null)) return
    available = failure === null
    if (available) {
      log.info({ outage_ms: Date.now() - awaySince }, 'store_recovered')
      return
    }
    awaySince = Date.now()
    const hint = 'Is it started? Is SESSION_STORE_URL right?'
    log.warn({ reason: failure, hint }, 'store_unavailable')
  }

  return {
    /** Takes in what the store's client says outside of calls. */
    hear(error: Error) {
      latest = reasonOf(error)
    },
    /** Looks now and then; answers how to stop. */
    start(ping: () => Promise<void>): () => void {
      void look(ping)
      const timer = setInterval(() => look(ping), everyMs).unref()
      return () => clearInterval(timer)
    },
  }
}
