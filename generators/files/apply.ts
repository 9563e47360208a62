import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { InputError, inTheWay, problemWith, quote } from '../input-error.ts'
import type { TreeFile } from '../template/tree.ts'
import { type Change, readPresent } from './plan.ts'

/** Makes the changes in a folder that is there or not: all of them or, on any failure or Ctrl-C, none. */
export async function applyChanges(target: string, changes: Change[]): Promise<void> {
  const isNew = !fs.existsSync(target)
  const parent = isNew ? existingParent(target) : target
  let holder: string | undefined
  // Antivirus programs hold on to new files for a moment.
  const remove = () =>
    holder && fs.rmSync(holder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 })
  const release = stopOnSignals('Interrupted: nothing was written.', remove)
  // From the last to the first, they take back what was done.
  const undo: (() => void)[] = []
  const move = (from: string, to: string) => {
    const made = fs.mkdirSync(dirname(to), { recursive: true })
    if (made) undo.push(() => removeEmptyFolders(dirname(to), dirname(made)))
    moveFile(from, to)
    undo.push(() => moveFile(to, from))
  }
  try {
    holder = fs.mkdtempSync(join(parent, '.create-sess-app-'))
    await stage(target, changes, join(holder, 'new'))
    if (isNew && fs.existsSync(target)) {
      throw changedMeanwhile(target, 'made by somebody else: choose another directory')
    }
    // Without a pause from here on, so that no signal comes in between.
    if (isNew) move(join(holder, 'new'), target)
    else moveInto(target, changes, { holder, move })
  } catch (error) {
    const saved = holder
    const stuck = undo.reverse().filter((step) => problemWith(step) !== undefined)
    const explained = explainFailure(error, parent)
    if (stuck.length === 0) throw explained
    holder = undefined
    throw new Error(
      `${(explained as Error).message}. What was there could not all be put back: it lies in ${saved}`,
      { cause: error },
    )
  } finally {
    remove()
    release()
  }
}

const isWritten = (kind: Change['kind']) =>
  kind === 'create' || kind === 'replace' || kind === 'merge'

function existingParent(target: string): string {
  const parent = dirname(target)
  return fs.existsSync(parent) ? parent : existingParent(parent)
}

async function stage(target: string, changes: Change[], staged: string): Promise<void> {
  for (const { path, kind, file, before } of changes) {
    if (!file || !isWritten(kind)) continue
    const place = join(staged, path)
    fs.mkdirSync(dirname(place), { recursive: true })
    fs.writeFileSync(place, file.bytes, { mode: file.mode, flag: 'wx' })
    if (before) fs.chmodSync(place, modeFor(file, join(target, path)))
    // Lets a signal in, between two files and never within one.
    await setImmediate()
  }
}

// A file that is there keeps its mode, but one with secrets is its owner's alone.
function modeFor(file: TreeFile, place: string): number {
  const { mode } = fs.statSync(place, { throwIfNoEntry: false }) ?? file
  return (file.mode & 0o077) === 0 ? mode & 0o700 : (mode & 0o777) | (file.mode & 0o111)
}

// What goes is kept until all is done.
function moveInto(
  target: string,
  changes: Change[],
  { holder, move }: { holder: string; move: (from: string, to: string) => void },
): void {
  for (const { path, kind, before } of changes) {
    const place = join(target, path)
    if (!isWritten(kind) && kind !== 'remove') continue
    const now = readPresent(target, path)
    const isAsPlanned = now && before ? now.equals(before) : now === before
    if (!isAsPlanned) throw changedMeanwhile(place, 'changed by somebody else: try again')
    if (before) move(place, join(holder, 'old', path))
    if (kind !== 'remove') move(join(holder, 'new', path), place)
  }
  for (const { path, kind } of changes) {
    if (kind === 'remove') removeEmptyFolders(dirname(join(target, path)), target)
  }
}

const changedMeanwhile = (place: string, what: string) =>
  new InputError(`${quote(place)} has just been ${what}`, inTheWay)

/** Moves a file, or a folder on the same disk, to a place where none is, a file on another disk as well; one that fails leaves nothing there. */
export function moveFile(from: string, to: string): void {
  try {
    fs.renameSync(from, to)
  } catch (error) {
    // A folder of the app may be one that another disk is mounted at.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    copyFile(from, to)
    fs.rmSync(from)
  }
}

function copyFile(from: string, to: string): void {
  try {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') fs.rmSync(to, { force: true })
    throw error
  }
}

// And those above it, as far as they are empty and below another one.
function removeEmptyFolders(folder: string, above: string): void {
  if (folder === above) return
  try {
    fs.rmdirSync(folder)
  } catch (error) {
    // It is gone with another file, or somebody has something in it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
  }
  removeEmptyFolders(dirname(folder), above)
}

const full = ['ENOSPC', 'EDQUOT']
const closed = ['EACCES', 'EPERM', 'EROFS']

/** A failure to write below a folder, as an error of one line that says what to do; others stay as they are. */
function explainFailure(error: unknown, folder: string): unknown {
  const { code = '', syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string }
  if (full.includes(code)) {
    // No fault of the input, so no InputError: the same again works once there is room.
    return new Error(
      `there is no room left for the files in ${quote(folder)} (${code}): nothing was written; make room and run it again`,
      { cause: error },
    )
  }
  // A file system that is none to write to, as /proc, says that there is no such folder.
  if (!closed.includes(code) && syscall !== 'mkdtemp') return error
  const shut = [path, dest].flatMap((place) => (place ? dirname(place) : [])).find(isClosed)
  return new InputError(
    `the folder ${quote(shut ?? folder)} cannot be written to (${code}): nothing was written; choose another place, or give yourself the right to`,
  )
}

function isClosed(folder: string): boolean {
  return (
    problemWith(() => fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK)) !== undefined
  )
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Until the function that it returns is called, a Ctrl-C cleans up, says so and ends with 130; where there are several of these, the last one does it alone. */
export function stopOnSignals(message: string, cleanUp: () => void = () => {}): () => void {
  const stop = () => {
    cleanUp()
    // A prompt may have hidden the cursor.
    if (process.stdout.isTTY) process.stdout.write('\u001b[?25h')
    console.error(message)
    process.exit(130)
  }
  for (const signal of signals) process.prependListener(signal, stop)
  return () => {
    for (const signal of signals) process.removeListener(signal, stop)
  }
}
