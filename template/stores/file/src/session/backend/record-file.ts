import { randomUUID } from 'node:crypto'
import { access, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Stored } from './contract.ts'

/** Turns the error of a missing file into null, as in `read().catch(orNothing)`. */
export const orNothing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return null
  throw error
}

function parseRecord(id: string, text: string): Stored | null {
  try {
    const { owner, rev, expires, data } = JSON.parse(text)
    const isRecord =
      (owner === null || typeof owner === 'string') &&
      typeof rev === 'number' &&
      typeof expires === 'number' &&
      typeof data === 'string'
    return isRecord ? { id, owner, rev, expires, data } : null
  } catch {
    return null
  }
}

/** The session in a file, expired or not; null where there is none. A text that is no record becomes `data` as a whole, for the reader to report and remove. */
export async function readRecord(file: string): Promise<Stored | null> {
  const text = await readFile(file, 'utf8').catch(orNothing)
  if (text === null) return null
  const id = basename(file)
  const unreadable = { id, owner: null, rev: 0, expires: Number.MAX_SAFE_INTEGER, data: text }
  return parseRecord(id, text) ?? unreadable
}

/** Puts a session in place of its file in one step, so that no reader sees half of it; throws ENOENT when the folder for the draft is gone. */
export async function writeRecord(
  file: string,
  { id: _id, ...record }: Stored,
  draft = `${file}.${randomUUID()}`,
): Promise<void> {
  try {
    await writeFile(draft, JSON.stringify(record), { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Removes a file by moving it into a folder that is removed later; throws ENOENT when one of them is gone. */
export async function discard(file: string, folder: string): Promise<void> {
  await rename(file, join(folder, randomUUID()))
}

/** The names in a folder; none where the folder is missing. */
export async function listFolder(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(orNothing)) ?? []
}

// Of rights, of a disk that is read-only, full, or has no room left for this user.
const refusedCodes = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']

/** Whether the disk is there, and refused what it was asked. */
export const isRefusal = (error: unknown): boolean =>
  refusedCodes.includes((error as NodeJS.ErrnoException).code ?? '')

/** Whether a file or a folder exists at a path. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Whether a name is a SHA-256, as those of a session's file and of an owner's folder are. */
export const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)
