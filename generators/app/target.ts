import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import validateName from 'validate-npm-package-name'
import { entriesInTheWay, type OnConflict } from '../changes/changes.ts'
import { inTheWay, quote, Refusal } from '../refusal.ts'
import { storeOfApp } from './record.ts'

/** Where an app goes, and the name that it has from there. */
export interface Target {
  path: string
  name: string
}

const ofWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/

/** The target that a directory as typed stands for; refuses one that cannot become an app, and one that holds files unless what becomes of them is said. */
export function resolveTarget(
  directory: string,
  cwd: string,
  {
    onConflict = 'error',
    dryRun = false,
    store,
  }: { onConflict?: OnConflict; dryRun?: boolean; store?: string } = {},
): Target {
  if (directory.trim() === '')
    throw new Refusal('the directory has no name: say one, or . for here')
  const path = resolve(cwd, directory)
  const name = packageName(directory, path)
  const { errors = [], warnings = [] } = validateName(name)
  const [problem] = ofWindows.test(basename(name))
    ? ['name is reserved on Windows']
    : basename(name).startsWith('-')
      ? ['commands would take it for a flag']
      : [...errors, ...warnings]
  if (problem) {
    const plain = name.toLowerCase()
    const hint =
      validateName(plain).validForNewPackages && plain !== name ? `, such as ${plain}` : ''
    throw new Refusal(
      `${quote(name)} cannot be the name of a package (${problem}): choose another directory${hint}`,
    )
  }
  const scope = name.startsWith('@') ? dirname(path) : undefined
  if (kindOf(path) !== 'absent') checkFolder(path, directory, dryRun || onConflict !== 'error')
  else checkParent(scope && kindOf(scope) === 'absent' ? dirname(scope) : dirname(path))
  if (!dryRun && store && /^(skip|merge)$/.test(onConflict)) checkSameStore(path, directory, store)
  return { path, name }
}

// One store's files among another's would be an app of neither.
function checkSameStore(path: string, directory: string, store: string): void {
  const there = storeOfApp(path)
  if (there === undefined || there === store) return
  throw new Refusal(
    `${quote(directory)} is an app whose sessions are in ${there}: "create-sess-app switch --store ${store}" in it gives it another store`,
    inTheWay,
  )
}

function packageName(directory: string, path: string): string {
  const [last = '', scope = ''] = directory
    .replace(/[/\\]+$/, '')
    .split(/[/\\]/)
    .reverse()
  if (/^\.*$/.test(last)) return basename(path)
  return scope.startsWith('@') ? `${scope}/${last}` : last
}

function kindOf(path: string): 'absent' | 'folder' | 'other' {
  try {
    if (statSync(path).isDirectory()) return 'folder'
  } catch {
    // A link to nothing is there as well, and nothing can be put in its place.
    return isLink(path) ? 'other' : 'absent'
  }
  return 'other'
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

function checkFolder(path: string, directory: string, mayHold: boolean): void {
  if (kindOf(path) !== 'folder') {
    throw new Refusal(
      `${quote(directory)} is there already and is no folder: choose another`,
      inTheWay,
    )
  }
  checkWritable(path)
  checkReadable(path)
  const entries = mayHold ? [] : entriesInTheWay(path)
  if (entries.length === 0) return
  const few = entries.slice(0, 3).map(quote).join(', ') + (entries.length > 3 ? ', ...' : '')
  throw new Refusal(
    `${quote(directory)} is not empty (${few}): choose another directory, or say --on-conflict skip, merge or overwrite`,
    inTheWay,
  )
}

function checkParent(parent: string): void {
  if (kindOf(parent) !== 'folder') {
    throw new Refusal(`there is no folder ${quote(parent)} to put the app into: make it first`)
  }
  checkWritable(parent)
}

function checkWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch {
    throw new Refusal(`the folder ${quote(folder)} cannot be written to: choose another place`)
  }
}

function checkReadable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK)
  } catch {
    throw new Refusal(`the folder ${quote(folder)} cannot be read: choose another place`)
  }
}
