import { relative } from 'node:path'
import { holdsSecrets } from './file-diff.ts'
import { fileTree, formatBytes } from './file-tree.ts'
import type { FileOutcome, Outcome } from './outcome.ts'
import { link, paint } from './paint.ts'

/** The last words of a run: what is there now, how to log in, what to do next. */
export function summary(outcome: Outcome): string {
  const { folder, files, notes, warnings, dryRun, command } = outcome
  const place = relative(process.cwd(), folder) || 'this folder'
  const shown = dryRun ? files : files.filter(({ what }) => what !== 'removed')
  const isNew = files.every(({ what }) => what === 'created')
  const parts = [
    `${headline(outcome)} in ${place}\n${fileTree(shown, { deep: dryRun, told: dryRun && !isNew })}`.trimEnd(),
    dryRun ? diffs(files) : treated(files),
    [...notes, ...loginLines(outcome)].join('\n'),
    warnings.map((warning) => `${paint('yellow', 'Note:')} ${warning}`).join('\n'),
    dryRun ? '' : steps(outcome),
    `${dryRun ? 'For real' : 'The same again'}: ${command}`,
  ]
  return `\n${parts.filter(Boolean).join('\n\n')}`
}

/** What is to be said even to who asked for quiet: it cannot be had later. */
export function onlyNow(outcome: Outcome): string {
  return loginLines(outcome).join('\n')
}

function headline({ files: all, dryRun, exitCode }: Outcome): string {
  const files = all.filter(({ what }) => what !== 'removed')
  if (files.length === 0) return `${paint('green', 'Done')}: nothing to do`
  const size = formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))
  const count = `${files.length} files, ${size},`
  if (!dryRun) return `${paint(exitCode ? 'yellow' : 'green', 'Done')}: ${count}`
  if (exitCode === 0) return `${paint('green', 'Dry run')}, nothing was written: ${count}`
  return `${paint('red', 'Dry run')}, and the real one would be refused, as files are in the way: ${count}`
}

const treatments: Partial<Record<FileOutcome['what'], string>> = {
  kept: 'Kept as they were',
  merged: 'Merged',
  replaced: 'Replaced',
  removed: 'Removed',
}

function treated(files: FileOutcome[]): string {
  const lines = Object.entries(treatments).flatMap(([what, words]) => {
    const paths = files.filter((file) => file.what === what).map(({ path }) => path)
    return paths.length > 0 ? `${words}: ${paths.join(', ')}` : []
  })
  return lines.join('\n')
}

function diffs(files: FileOutcome[]): string {
  const texts = files.flatMap(({ path, what, diff }) => {
    if (diff !== undefined) return diff.trimEnd().split('\n').map(paintLine).join('\n')
    const isHidden = what !== 'created' && what !== 'same' && holdsSecrets(path)
    return isHidden ? `${path} differs, and is not shown as it may hold secrets` : []
  })
  return texts.join('\n\n')
}

function paintLine(line: string): string {
  const format = { '+': 'green', '-': 'red', '@': 'cyan' } as const
  const first = line[0] as keyof typeof format
  return first in format ? paint(format[first], line) : line
}

function loginLines({ login, dryRun }: Outcome): string[] {
  if (!login || dryRun) return []
  const [user, password] = [paint('bold', login.user), paint('bold', login.password)]
  return [`Log in as ${user} with the password ${password} (it is shown only now).`]
}

function steps({ nextSteps, login }: Outcome): string {
  const lines = nextSteps.map((step) => `  ${paint('cyan', step)}`)
  return [
    ...(lines.length > 0 ? ['Next:', ...lines] : []),
    ...(login ? [`and open ${link(login.address)}`] : []),
  ].join('\n')
}
