import session from 'express-session'
import type { PlainPackage } from '../plain-package.ts'

/** express-session's own MemoryStore. */
export const plainPackage: PlainPackage = {
  packages: ['express-session'],
  backend: 'memory',
  lacks: {
    sharing: 'its sessions are in the memory of one process',
    damage: 'nobody else can write into its memory',
  },
  async open() {
    const store = new session.MemoryStore()
    const { sessions } = store as unknown as { sessions: Record<string, string> }
    return {
      store,
      async look(id) {
        const text = sessions[id]
        if (text === undefined) return null
        const { expires } = JSON.parse(text).cookie
        return expires ? Date.parse(expires) : Number.POSITIVE_INFINITY
      },
      close: () => {},
    }
  },
}
