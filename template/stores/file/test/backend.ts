import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {
  server: 'there is no server that could be away',
}

/** Starts an empty backend for the tests: a folder for the files. */
export async function startBackend() {
  const folder = await mkdtemp(join(tmpdir(), 'sessions-'))
  return {
    url: `file:${folder}`,
    stop: () => rm(folder, { recursive: true }),
  }
}
