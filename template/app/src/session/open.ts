import type { Config } from '../config.ts'
import type { SessionBackend } from './backend.ts'
import { defaultUrl, openBackend, protocols } from './store.ts'

/** Opens the backend that the configuration names; throws, and says what to set, when that is none of this store's. */
export async function openConfigured(
  { session }: Config,
  onError: (error: Error) => void,
): Promise<SessionBackend> {
  const url = session.storeUrl || defaultUrl
  const protocol = /^[a-z0-9+]*:/.exec(url)?.[0] ?? ''
  if (!protocols.includes(protocol)) {
    throw new Error(
      `SESSION_STORE_URL begins with "${protocol}"; this app's store is at ${protocols.join(' or ')}`,
    )
  }
  const backend = await openBackend(url, {
    prefix: session.keyPrefix,
    absoluteMs: session.absoluteMs,
    timeoutMs: session.storeTimeoutMs,
    onError,
    ...(session.adopt && session.adopt !== '1' && { adoptFrom: session.adopt }),
  })
  if (!session.adopt || backend.adopt) return backend
  await backend.close()
  throw new Error(
    `SESSION_ADOPT is "${session.adopt}"; there are no sessions that this store could adopt, so leave it out`,
  )
}
