import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { quote, Refusal } from '../refusal.ts'

const full = ['ENOSPC', 'EDQUOT']
const closed = ['EACCES', 'EPERM', 'EROFS']

/** A failure to write below a folder, as an error of one line that says what to do; others stay as they are. */
export function explainFailure(error: unknown, folder: string): unknown {
  const { code = '', syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string }
  if (full.includes(code)) {
    // No fault of the input, so no Refusal: the same again works once there is room.
    return new Error(
      `there is no room left for the files in ${quote(folder)} (${code}): nothing was written; make room and run it again`,
      { cause: error },
    )
  }
  // A file system that is none to write to, as /proc, says that there is no such folder.
  if (!closed.includes(code) && syscall !== 'mkdtemp') return error
  const shut = [path, dest].flatMap((place) => (place ? dirname(place) : [])).find(isClosed)
  return new Refusal(
    `the folder ${quote(shut ?? folder)} cannot be written to (${code}): nothing was written; choose another place, or give yourself the right to`,
  )
}

function isClosed(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return false
  } catch {
    return true
  }
}
