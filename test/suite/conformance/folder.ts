import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** Makes a folder for the tests of a `describe`, which is gone after them. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}
