import type { Log } from './log.ts'
import { reasonOf } from './reason.ts'

const everyMs = 5000

/** Logs when the session store goes away and when it is back, and not each failure in between. */
export function createWatch(log: Log) {
  let available = true
  let latest = ''

  async function look(ping: () => Promise<void>) {
    const failure = await ping().then(
      () => null,
      (error: Error) => latest || reasonOf(error.cause ?? error),
    )
    latest = ''
    if (available === (failure === null)) return
    available = failure === null
    if (available) log.info('session_store_available')
    else
      log.warn(
        { reason: failure, hint: 'Is it started? Is SESSION_STORE_URL right?' },
        'session_store_unavailable',
      )
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
