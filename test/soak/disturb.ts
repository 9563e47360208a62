import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { EmittedApp } from '../apps/emitted-app.ts'
import { openProxy } from '../suite/conformance/proxy.ts'
import type { Random } from './random.ts'

interface Disturbed {
  /** Where the app finds its store. */
  url: string
  /** Harms the store for some ms. */
  harm(ms: number): Promise<void>
  stop(): unknown
}

/** Puts something before a store that fails now and then: the way to a server, the lock of a database file, the locks of files. */
export async function disturb(url: string, app: EmittedApp, random: Random) {
  let count = 0
  const [protocol = ''] = url.split(':')
  const kinds: Record<string, typeof disturbServer> = { sqlite: disturbFile, file: disturbFolder }
  const open = app.contained ? disturbServer : (kinds[protocol] ?? leaveAlone)
  const disturbed = await open(url, app, random)
  return {
    ...disturbed,
    count: () => count,
    /** Until a time in ms since the epoch; all is well when it resolves. */
    async run(end: number) {
      while (Date.now() < end) {
        await pause(random.between(500, 5000))
        await disturbed.harm(random.between(100, 4000))
        count++
      }
    },
  }
}

const leaveAlone = async (url: string): Promise<Disturbed> => ({ url, harm: pause, stop: () => {} })

async function disturbServer(url: string, _app: EmittedApp, random: Random): Promise<Disturbed> {
  const proxy = await openProxy(url)
  return {
    url: proxy.url,
    async harm(ms) {
      await proxy[random.pick(['refuse', 'freeze', 'drop', 'forget'] as const)]()
      await pause(ms)
      await proxy.heal()
    },
    stop: proxy.close,
  }
}

async function disturbFile(url: string): Promise<Disturbed> {
  return {
    url,
    async harm(ms) {
      const database = new DatabaseSync(url.replace('sqlite:', ''), { timeout: 10_000 })
      database.exec('BEGIN IMMEDIATE')
      await pause(ms)
      database.exec('ROLLBACK')
      database.close()
    },
    stop: () => {},
  }
}

type LockModule = typeof import('../../template/stores/file/src/session/backend/file-lock.ts')

async function disturbFolder(url: string, app: EmittedApp, random: Random): Promise<Disturbed> {
  const lock = join(app.folder, 'src/session/backend/file-lock.ts')
  const { createLocks }: LockModule = await import(lock)
  const runExclusive = createLocks(10_000)
  const folder = join(url.replace('file:', ''), 'sess')
  return {
    url,
    async harm(ms) {
      const ids = readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name))
      if (ids.length > 0) await runExclusive(join(folder, random.pick(ids)), () => pause(ms))
    },
    stop: () => {},
  }
}
