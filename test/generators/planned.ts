import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, type OnConflict, planChanges } from '../../generators/files/plan.ts'
import { InputError } from '../../generators/input-error.ts'
import { putText, type Tree } from '../../generators/template/tree.ts'
import { temporaryFolder } from '../command.ts'

/** Files in memory, by their path. */
export function treeOf(texts: Record<string, string>): Tree {
  const tree: Tree = new Map()
  for (const [path, text] of Object.entries(texts)) putText(tree, path, text)
  return tree
}

/** A folder with these files in it, until the test is over. */
export function folderOf(
  test: Parameters<typeof temporaryFolder>[0],
  texts: Record<string, string>,
): string {
  const folder = temporaryFolder(test)
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** What it takes to bring these files into a folder. */
export function plan(
  target: string,
  texts: Record<string, string>,
  onConflict: OnConflict = 'error',
): Change[] {
  return planChanges(treeOf(texts), target, onConflict)
}

/** Fails for an error that is no refusal with this exit code and reason. */
export const refusedAs = (exitCode: number, reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof InputError, `${error}`)
  assert.match(error.message, reason)
  assert.equal(error.exitCode, exitCode)
  return true
}
