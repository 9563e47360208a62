import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Stored } from './backend.ts'

const orNothing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return null
  throw error
}

/** The session in a file, expired or not; null where there is none. Of what cannot be read all is `data`, for the reader to report and remove. */
export async function readRecord(file: string): Promise<Stored | null> {
  const text = await readFile(file, 'utf8').catch(orNothing)
  if (text === null) return null
  const id = basename(file)
  try {
    const { owner, rev, expires, data } = JSON.parse(text)
    return { id, owner, rev, expires, data }
  } catch {
    return { id, owner: null, rev: 0, expires: Number.MAX_SAFE_INTEGER, data: text }
  }
}

/** Puts a session in place of its file in one step, so that no reader sees a half of it. */
export async function writeRecord(file: string, { id: _id, ...record }: Stored): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, JSON.stringify(record), { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** The names in a folder; none where there is no folder. */
export async function listFolder(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(orNothing)) ?? []
}
