import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nameFromPrefix, type OpenBackend, type Stored } from './backend.ts'
import { createLocks } from './file-lock.ts'
import { listFolder, readRecord, writeRecord } from './record-file.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'file:data/sessions'

/** The addresses that are for this store. */
export const protocols = ['file:']

const isId = (name: string) => /^[0-9a-f]{64}$/.test(name)
const isLive = (stored: Stored | null): stored is Stored =>
  stored !== null && stored.expires > Date.now()

/** Keeps sessions in files that only their owner can read, for the processes of one machine; `sweep` removes what has expired. */
export const openBackend: OpenBackend = async (url, { prefix, timeoutMs }) => {
  const folder = join(url.replace(/^file:(\/\/)?/, ''), nameFromPrefix(prefix))
  const owners = join(folder, 'owners')
  const prepare = async () => void (await mkdir(owners, { recursive: true, mode: 0o700 }))
  await prepare()
  const alone = createLocks(timeoutMs)

  const fileOf = (id: string) => join(folder, id)
  const ownerFolder = (owner: string) =>
    join(owners, createHash('sha256').update(owner).digest('hex'))

  async function index({ id, owner }: Stored) {
    if (owner === null) return
    await mkdir(ownerFolder(owner), { recursive: true, mode: 0o700 })
    await writeFile(join(ownerFolder(owner), id), '', { mode: 0o600 })
  }

  async function drop(stored: Stored) {
    await rm(fileOf(stored.id), { force: true })
    if (stored.owner !== null) await rm(join(ownerFolder(stored.owner), stored.id), { force: true })
  }

  async function read(id: string) {
    const stored = await readRecord(fileOf(id))
    return isLive(stored) ? stored : null
  }

  return {
    read,

    async insert(stored) {
      await writeRecord(fileOf(stored.id), stored)
      await index(stored)
    },

    replace: (stored, rev) =>
      alone(fileOf(stored.id), async () => {
        const kept = await read(stored.id)
        if (!kept) return 'gone'
        if (kept.rev !== rev) return 'changed'
        if (kept.owner !== stored.owner) await index(stored)
        await writeRecord(fileOf(stored.id), stored)
        return 'done'
      }),

    extend: (id, expires) =>
      alone(fileOf(id), async () => {
        const kept = await read(id)
        if (kept) await writeRecord(fileOf(id), { ...kept, expires })
        return kept !== null
      }),

    remove: (id) =>
      alone(fileOf(id), async () => {
        const kept = await readRecord(fileOf(id))
        if (kept) await drop(kept)
      }),

    async owned(owner) {
      const ids = await listFolder(ownerFolder(owner))
      const all = await Promise.all(ids.map(read))
      return all.filter((stored) => stored !== null && stored.owner === owner) as Stored[]
    },

    async *scan() {
      for (const name of await listFolder(folder)) {
        const stored = isId(name) ? await read(name) : null
        if (stored) yield stored
      }
    },

    async sweep() {
      let count = 0
      for (const name of (await listFolder(folder)).filter(isId)) {
        const stored = await readRecord(fileOf(name))
        if (!stored || isLive(stored)) continue
        await alone(fileOf(name), () => drop(stored))
        count++
      }
      return count
    },

    prepare,
    ping: () => access(folder, constants.W_OK),
    close: async () => {},
  }
}
