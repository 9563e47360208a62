import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { inTheWay, quote, Refusal } from '../refusal.ts'
import { stopOnSignals } from '../signals.ts'
import type { TreeFile } from '../tree.ts'
import { type Change, readPresent } from './changes.ts'
import { moveFile, moveFolder, removeEmptyFolders } from './move.ts'
import { explainFailure } from './write-failure.ts'

/** Makes the changes in a folder that is there or not: all of them or, on any failure or Ctrl-C, none. */
export async function applyChanges(target: string, changes: Change[]): Promise<void> {
  const there = fs.existsSync(target)
  const parent = there ? target : existingParent(target)
  let holder: string | undefined
  // Antivirus programs hold on to new files for a moment.
  const remove = () =>
    holder && fs.rmSync(holder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 })
  const release = stopOnSignals('Interrupted: nothing was written.', remove)
  const undo: (() => void)[] = []
  try {
    holder = fs.mkdtempSync(join(parent, '.create-sess-app-'))
    // A folder in the holder, as mkdtemp makes its own readable for one user only.
    const staged = join(holder, 'app')
    fs.mkdirSync(staged)
    await stage({ staged, target, changes })
    if (there) moveInto({ staged, target, changes, saved: join(holder, 'saved'), undo })
    else moveFolder(staged, target)
  } catch (error) {
    const saved = holder
    const stuck = undo.reverse().filter((step) => !succeeds(step))
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

interface Staging {
  staged: string
  target: string
  changes: Change[]
}

async function stage({ staged, target, changes }: Staging): Promise<void> {
  const folders = new Set<string>()
  for (const { path, kind, file, before } of changes) {
    if (!file || !isWritten(kind)) continue
    const place = join(staged, path)
    const folder = dirname(place)
    if (!folders.has(folder)) fs.mkdirSync(folder, { recursive: true })
    folders.add(folder)
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

interface Move extends Staging {
  /** Where what goes is kept until all is done. */
  saved: string
  /** Steps that take back what was done, to be taken from the last to the first. */
  undo: (() => void)[]
}

// Without a pause, so that no signal comes in between.
function moveInto({ staged, target, changes, saved, undo }: Move): void {
  const move = (from: string, to: string) => {
    const made = fs.mkdirSync(dirname(to), { recursive: true })
    if (made) undo.push(() => removeEmptyFolders(dirname(to), dirname(made)))
    moveFile(from, to)
    undo.push(() => moveFile(to, from))
  }
  for (const { path, kind, before } of changes) {
    const place = join(target, path)
    if (!isWritten(kind) && kind !== 'remove') continue
    checkUnchanged({ target, path, before })
    if (before) move(place, join(saved, path))
    if (kind !== 'remove') move(join(staged, path), place)
  }
  for (const { path, kind } of changes) {
    if (kind === 'remove') removeEmptyFolders(dirname(join(target, path)), target)
  }
}

function succeeds(step: () => void): boolean {
  try {
    step()
    return true
  } catch {
    return false
  }
}

function checkUnchanged({
  target,
  path,
  before,
}: {
  target: string
  path: string
  before: Uint8Array | undefined
}): void {
  const now = readPresent(target, path)
  if (now === undefined ? before === undefined : before && now.equals(before)) return
  const place = quote(join(target, path))
  throw new Refusal(`${place} has just been changed by somebody else: try again`, inTheWay)
}
