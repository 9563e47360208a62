import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import session from 'express-session'
import pLimit from 'p-limit'
import sessionFileStore from 'session-file-store'
import { eachNumber, fillPlain, idOf, type OpenFilled, plainCount, storedOf } from './sessions.ts'

/** Files, weighed by the blocks that they take on the disk. */
export const openFilled: OpenFilled = (url, backend) => {
  const folder = url.replace('file:', '')
  return {
    fill: (from, to) => eachNumber(from, to, (number) => backend.insert(storedOf(number))),
    expireAllBut: (first, all) =>
      eachNumber(first, all, (number) => backend.touch(idOf(number), Date.now() - 1)),
    bytes: () => weigh(join(folder, 'sess')),
    async plainBytes() {
      const FileStore = sessionFileStore(session)
      const path = join(folder, 'plain')
      await fillPlain(new FileStore({ path, logFn: () => {} }))
      return (await weigh(path)) / plainCount
    },
    close: () => {},
  }
}

async function weigh(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await pLimit(50).map(files, async ({ parentPath, name }) => {
    const { blocks } = await stat(join(parentPath, name))
    return blocks * 512
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}
