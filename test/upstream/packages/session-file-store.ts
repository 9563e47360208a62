import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import session from 'express-session'
import sessionFileStore from 'session-file-store'
import type { PlainPackage } from '../plain-package.ts'

const FileStore = sessionFileStore(session)

/** What it takes for the lifetime of a session whose cookie has none, in ms. */
const usualMs = 3_600_000

/** session-file-store, quiet, in a folder of its own. */
export const plainPackage: PlainPackage = {
  packages: ['session-file-store'],
  backend: 'file',
  lacks: {},
  async open(url, { name = 'sessions' }) {
    const path = join(url.replace('file:', ''), name.replace(/\W/g, '_'))
    await mkdir(path, { recursive: true })
    const fileOf = (id: string) => join(path, `${id}.json`)
    return {
      adds: ['__lastAccess'],
      store: new FileStore({ path, logFn: () => {} }),
      async look(id) {
        if (!existsSync(fileOf(id))) return null
        const kept = JSON.parse(await readFile(fileOf(id), 'utf8'))
        return kept.__lastAccess + (kept.cookie.originalMaxAge || usualMs)
      },
      damage: (id) => writeFile(fileOf(id), '{"cookie":'),
      close: () => {},
    }
  },
}
