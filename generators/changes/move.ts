import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { inTheWay, quote, Refusal } from '../refusal.ts'

/** Moves a file to a place where none is, on another disk as well; one that fails leaves nothing there. */
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

/** Moves a folder to a place where none is, and makes the folders above it; one that fails leaves none of them. */
export function moveFolder(from: string, to: string): void {
  const made = fs.mkdirSync(dirname(to), { recursive: true })
  try {
    fs.renameSync(from, to)
  } catch (error) {
    if (made) removeEmptyFolders(dirname(to), dirname(made))
    if (!fs.existsSync(to)) throw error
    throw new Refusal(
      `${quote(to)} has just been made by somebody else: choose another directory`,
      inTheWay,
    )
  }
}

/** Removes a folder and those above it, as far as they are empty and below another one. */
export function removeEmptyFolders(folder: string, above: string): void {
  if (folder === above) return
  try {
    fs.rmdirSync(folder)
  } catch (error) {
    // It is gone with another file, or somebody has something in it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
  }
  removeEmptyFolders(dirname(folder), above)
}
