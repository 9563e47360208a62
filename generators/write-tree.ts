import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { quote, Refusal } from './refusal.ts'
import { stopOnSignals } from './signals.ts'
import type { Tree } from './tree.ts'

/** Writes a tree as a folder that is absent or empty: the whole of it or, on any failure, nothing. */
export async function writeTree({ tree, target }: { tree: Tree; target: string }) {
  const there = fs.existsSync(target)
  const holder = makeHolder(there ? target : existingParent(target), basename(target))
  const remove = () => fs.rmSync(holder, { recursive: true, force: true })
  const release = stopOnSignals('Interrupted: nothing was written.', remove)
  try {
    // A folder in the holder, as mkdtemp makes its own readable for one user only.
    const staged = join(holder, 'app')
    for (const [path, { bytes, mode }] of tree) {
      fs.mkdirSync(dirname(join(staged, path)), { recursive: true })
      fs.writeFileSync(join(staged, path), bytes, { mode, flag: 'wx' })
      // Lets a signal in, between two files and never within one.
      await setImmediate()
    }
    if (there) moveInto(staged, target, basename(holder))
    else moveTo(staged, target)
    return `${tree.size} files in ${target}`
  } finally {
    remove()
    release()
  }
}

function existingParent(target: string): string {
  const parent = dirname(target)
  return fs.existsSync(parent) ? parent : existingParent(parent)
}

function makeHolder(folder: string, name: string): string {
  try {
    return fs.mkdtempSync(join(folder, `.${name}-`))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Refusal(`the folder ${quote(folder)} takes no files (${code}): choose another place`)
  }
}

function moveTo(staged: string, target: string): void {
  const madeParent = fs.mkdirSync(dirname(target), { recursive: true })
  try {
    fs.renameSync(staged, target)
  } catch (error) {
    if (madeParent) fs.rmdirSync(madeParent)
    throw error
  }
}

function moveInto(staged: string, target: string, holder: string): void {
  const unexpected = fs.readdirSync(target).find((name) => name !== '.git' && name !== holder)
  if (unexpected) throw new Refusal(`${quote(unexpected)} has just appeared in ${quote(target)}`)
  const moved: string[] = []
  try {
    for (const entry of fs.readdirSync(staged)) {
      fs.renameSync(join(staged, entry), join(target, entry))
      moved.push(entry)
    }
  } catch (error) {
    for (const entry of moved) fs.rmSync(join(target, entry), { recursive: true })
    throw error
  }
}
