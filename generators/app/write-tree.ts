import { applyChanges } from '../changes/apply-changes.ts'
import { type Change, type OnConflict, planChanges, refusalOf } from '../changes/changes.ts'
import type { Tree } from '../tree.ts'

/** Brings a tree into a folder, all of it or nothing; with `dryRun` it only finds out what that would take. */
export async function writeTree({
  tree,
  target,
  onConflict = 'error',
  dryRun = false,
  onPlan = () => {},
}: {
  tree: Tree
  target: string
  onConflict?: OnConflict | undefined
  dryRun?: boolean | undefined
  /** Is told of the changes before any is made. */
  onPlan?: (changes: Change[]) => void
}): Promise<string> {
  const changes = planChanges({ tree, target, onConflict })
  onPlan(changes)
  if (dryRun) return `${tree.size} files, none written`
  const refusal = refusalOf(changes, target)
  if (refusal) throw refusal
  await applyChanges(target, changes)
  return `${tree.size} files in ${target}`
}
