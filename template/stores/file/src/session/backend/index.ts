import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nameFromPrefix, type OpenBackend, type Stored } from './contract.ts'
import { createLocks, removeStale } from './file-lock.ts'
import { openOwners } from './owner-index.ts'
import {
  discard,
  isHash,
  isRefusal,
  isThere,
  listFolder,
  readRecord,
  writeRecord,
} from './record-file.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'file:data/sessions'

/** The addresses that are for this store. */
export const protocols = ['file:']

/** The name of the store, as the account page shows it. */
export const storeName = 'files'

const isLeftBehind = (name: string) => /^[0-9a-f]{64}\./.test(name)
const isLive = (stored: Stored | null): stored is Stored =>
  stored !== null && stored.expires > Date.now()

/** Keeps sessions in files that only their owner can read, for the processes of one machine; `sweep` removes what has expired, and what killed processes left behind. */
export const openBackend: OpenBackend = async (url, { prefix, timeoutMs }) => {
  const folder = join(url.replace(/^file:(\/\/)?/, ''), nameFromPrefix(prefix))
  const ownersFolder = join(folder, 'owners')
  const prepare = async () => void (await mkdir(ownersFolder, { recursive: true, mode: 0o700 }))
  await prepare()
  const owners = openOwners(ownersFolder)
  const runExclusive = createLocks(timeoutMs)
  const fileOf = (id: string) => join(folder, id)

  // What is not there is no session as long as its folder is: one that was moved away, or is not mounted, is an outage.
  const checkFolder = () => access(ownersFolder)

  async function read(id: string) {
    const stored = await readRecord(fileOf(id))
    if (!stored) await checkFolder()
    return isLive(stored) ? stored : null
  }

  async function write(stored: Stored, own: string) {
    await writeRecord(fileOf(stored.id), stored, join(own, 'draft'))
  }

  async function drop({ id, owner }: Stored, own: string) {
    await discard(fileOf(id), own)
    if (owner !== null) await owners.remove(owner, id, own)
  }

  return {
    read,

    async insert(stored) {
      await checkFolder()
      await writeRecord(fileOf(stored.id), stored)
      if (stored.owner !== null) await owners.add(stored.owner, stored.id)
    },

    replace: (stored, rev) =>
      runExclusive(fileOf(stored.id), async (own) => {
        const kept = await read(stored.id)
        if (!kept) return 'gone'
        if (kept.rev !== rev) return 'changed'
        const isMoved = kept.owner !== stored.owner
        if (isMoved && stored.owner !== null) await owners.add(stored.owner, stored.id)
        await write(stored, own)
        if (isMoved && kept.owner !== null) await owners.remove(kept.owner, stored.id, own)
        return 'done'
      }),

    touch: (id, expires) =>
      runExclusive(fileOf(id), async (own) => {
        const kept = await read(id)
        if (kept) await write({ ...kept, expires }, own)
        return kept !== null
      }),

    remove: (id) =>
      runExclusive(fileOf(id), async (own) => {
        const kept = await readRecord(fileOf(id))
        if (kept) await drop(kept, own)
      }),

    async owned(owner) {
      const ids = await owners.list(owner)
      if (ids.length === 0) await checkFolder()
      const all = await Promise.all(ids.map(read))
      return all.filter((stored) => stored !== null && stored.owner === owner) as Stored[]
    },

    async *scan() {
      await checkFolder()
      for (const name of await listFolder(folder)) {
        const stored = isHash(name) ? await read(name) : null
        if (stored) yield stored
      }
    },

    async sweep() {
      await checkFolder()
      let count = 0
      for (const name of await listFolder(folder)) {
        if (isLeftBehind(name)) await removeStale(join(folder, name))
        if (!isHash(name) || isLive(await readRecord(fileOf(name)))) continue
        count += await runExclusive(fileOf(name), async (own) => {
          // Read again: it may have been touched while another held the lock.
          const stored = await readRecord(fileOf(name))
          if (!stored || isLive(stored)) return 0
          await drop(stored, own)
          return 1
        })
      }
      await owners.sweep((id) => isThere(fileOf(id)))
      return count
    },

    prepare,
    async ping() {
      await checkFolder()
      await writeFile(join(folder, 'ping'), 'pong', { mode: 0o600 })
    },
    isRefusal,
    diagnose: async () => ({ paths: [folder, ownersFolder] }),
    close: async () => {},
  }
}
