import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestBackend } from './test-backend.ts'

/** Gives an empty folder to the files. */
export const testBackend: TestBackend = {
  async start() {
    const folder = await mkdtemp(join(tmpdir(), 'sessions-'))
    return {
      url: `file:${folder}`,
      stop: () => rm(folder, { recursive: true }),
    }
  },
}
