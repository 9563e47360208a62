import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { PlainPackage } from '../plain-package.ts'

type ConfigModule = typeof import('../../../template/app/src/config.ts')
type SessionModule = typeof import('../../../template/app/src/session/index.ts')
type StoreModule = typeof import('../../suite/conformance/cases/store.ts')

/** The Store of an emitted app, on Redis. */
export const plainPackage: PlainPackage = {
  packages: [],
  backend: 'redis',
  lacks: {},
  async open(url, { ageMs, name = 'sess:' }, app) {
    const { readConfig }: ConfigModule = await import(join(app, 'src/config.ts'))
    const { openConfigured }: SessionModule = await import(join(app, 'src/session/index.ts'))
    const cases = join(app, 'test/suite/conformance/cases/store.ts')
    const { openSessionStore }: StoreModule = await import(cases)
    const config = readConfig({
      NODE_ENV: 'test',
      SESSION_STORE_URL: url,
      SESSION_KEY_PREFIX: name,
      SESSION_SECRETS: randomBytes(32).toString('base64url'),
    })
    const backend = await openConfigured(config, () => {})
    await backend.prepare()
    return { ...openSessionStore(backend, { ageMs }), close: backend.close }
  },
}
