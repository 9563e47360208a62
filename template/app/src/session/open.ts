import type { SessionBackend } from './backend.ts'
import type { SessionConfig } from './settings.ts'
import { defaultUrl, openBackend, protocols } from './store.ts'

/** Opens the backend that the configuration names; throws, and says what to set, when that is none of this store's, or none for production. */
export async function openConfigured(
  { session, production }: SessionConfig,
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
  if (backend.isPrivate && production && !session.allowMemoryStore) {
    await backend.close()
    throw new Error(
      'Sessions are in the memory of this process, which ends all of them: take another store for production, set NODE_ENV=development, or ALLOW_MEMORY_STORE=true if that is what you want',
    )
  }
  if (!session.adopt || backend.adopt) return backend
  await backend.close()
  throw new Error(
    `SESSION_ADOPT is "${session.adopt}"; there are no sessions that this store could adopt, so leave it out`,
  )
}
