import { createHash } from 'node:crypto'
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { discard, isHash, listFolder, orNothing } from './record-file.ts'

/** Opens the index of owners: a folder for each owner, and in it an empty file for each session, named by its id. */
export function openOwners(folder: string) {
  const folderOf = (owner: string) => join(folder, createHash('sha256').update(owner).digest('hex'))
  const fileOf = (owner: string, id: string) => join(folderOf(owner), id)

  async function add(owner: string, id: string): Promise<void> {
    try {
      await writeFile(fileOf(owner, id), '', { mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      await mkdir(folderOf(owner), { mode: 0o700 }).catch((reason) => {
        if (reason.code !== 'EEXIST') throw reason
      })
      // Tries again as often as a sweep removes the folder while it is still empty.
      await add(owner, id)
    }
  }

  return {
    add,

    /** Takes a session out; `own` is the folder of the session's lock. */
    async remove(owner: string, id: string, own: string) {
      await discard(fileOf(owner, id), own).catch(orNothing)
    },

    list: (owner: string) => listFolder(folderOf(owner)),

    /** Removes what a killed process left behind: ids without a session, which never get one again, and empty folders. */
    async sweep(isSession: (id: string) => Promise<boolean>) {
      for (const owner of (await listFolder(folder)).filter(isHash)) {
        for (const id of await listFolder(join(folder, owner)))
          if (!(await isSession(id))) await rm(join(folder, owner, id), { force: true })
        // This fails, as it should, where sessions are left.
        await rmdir(join(folder, owner)).catch(() => {})
      }
    },
  }
}
