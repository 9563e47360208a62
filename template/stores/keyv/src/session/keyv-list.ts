import type { Keyv, KeyvStoreAdapter } from 'keyv'

/** Every key of the adapter below a Keyv, with its value; throws where they cannot be listed, or not to the end. */
export async function* listAll(
  keyv: Keyv,
  store: KeyvStoreAdapter,
): AsyncGenerator<Array<string | undefined>> {
  if (!store.iterator) throw new Error('This adapter of Keyv cannot list what it keeps')
  const errors: unknown[] = []
  const hear = (error: unknown) => void errors.push(error)
  keyv.on('error', hear)
  try {
    yield* store.iterator<string>()
  } finally {
    keyv.off('error', hear)
  }
  // @keyv/postgres and others emit what went wrong, and end the list as if it were whole.
  if (errors.length > 0) throw errors[0]
}
