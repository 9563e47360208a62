import { lstatSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import validateName from 'validate-npm-package-name'
import type { WriteAnswers } from '../generator.ts'
import { attempt, InputError, inTheWay, quote, unnamed } from '../input-error.ts'
import { storeOfApp } from '../template/record.ts'
import { entriesInTheWay } from './plan.ts'

/** Where an app goes, as it was typed and in full, and the name that it has from there. */
export interface Target {
  directory: string
  path: string
  name: string
}

const ofWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/

/** The target that a directory as typed stands for; throws for one that cannot become an app. */
export function resolveTarget(directory: string, cwd: string): Target {
  if (directory.trim() === '') throw unnamed()
  const path = resolve(cwd, directory)
  const name = packageName(directory, path)
  checkName(name)
  const kind = kindOf(path)
  if (kind === 'other') {
    throw new InputError(
      `${quote(directory)} is there already and is no folder: choose another`,
      inTheWay,
    )
  }
  // The folder of a scope is made with the app.
  const isNewScope = name.startsWith('@') && kindOf(dirname(path)) === 'absent'
  const parent = dirname(isNewScope ? dirname(path) : path)
  if (kind === 'absent' && kindOf(parent) !== 'folder') {
    throw new InputError(`there is no folder ${quote(parent)} to put the app into: make it first`)
  }
  return { directory, path, name }
}

/** Why nothing is written into a folder that holds files: nobody said what becomes of them, or they are an app with another store; undefined where it may be. */
export function occupied(
  { path, directory }: Target,
  { onConflict = 'error', store }: WriteAnswers & { store?: string },
): InputError | undefined {
  const entries = onConflict === 'error' ? entriesInTheWay(path) : []
  if (entries.length > 0) {
    const few = entries.slice(0, 3).map(quote).join(', ') + (entries.length > 3 ? ', ...' : '')
    return new InputError(
      `${quote(directory)} is not empty (${few}): choose another directory, or say --on-conflict skip, merge or overwrite`,
      inTheWay,
    )
  }
  // One store's files among another's would be an app of neither.
  const there = /^(skip|merge)$/.test(onConflict) ? storeOfApp(path) : undefined
  if (!store || there === undefined || there === store) return undefined
  return new InputError(
    `${quote(directory)} is an app whose sessions are in ${there}: "create-sess-app switch --store ${store}" in it gives it another store`,
    inTheWay,
  )
}

function checkName(name: string): void {
  const { errors = [], warnings = [] } = validateName(name)
  const [problem] = ofWindows.test(basename(name))
    ? ['name is reserved on Windows']
    : basename(name).startsWith('-')
      ? ['commands would take it for a flag']
      : [...errors, ...warnings]
  if (!problem) return
  const plain = name.toLowerCase()
  const hint = validateName(plain).validForNewPackages && plain !== name ? `, such as ${plain}` : ''
  throw new InputError(
    `${quote(name)} cannot be the name of a package (${problem}): choose another directory${hint}`,
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
  const quietly = { throwIfNoEntry: false }
  // A link to nothing is there as well, and nothing can be put in its place; below a file there is nothing.
  const found = attempt(() => statSync(path, quietly) ?? lstatSync(path, quietly))
  if (!found) return 'absent'
  return found.isDirectory() ? 'folder' : 'other'
}
