import { relative } from 'node:path'
import { formatPatch, OMIT_HEADERS, structuredPatch } from 'diff'
import type { Change } from '../generators/files/plan.ts'
import type { Written } from '../generators/generator.ts'
import { loginLine } from '../generators/template/next-steps.ts'
import { alignColumns, link, paint } from './output.ts'

/** What a command came to; what is printed for people and for programs is made from it alone. */
export interface Outcome
  extends Pick<Written, 'folder' | 'notes' | 'warnings' | 'nextSteps' | 'login'> {
  /** Whether this is what would come of it, and nothing was written. */
  dryRun: boolean
  exitCode: number
  /** What went wrong after the files were written, or why the real run would be refused, in one line. */
  error?: string
  /** The command that does the same again. */
  command: string
  files: FileOutcome[]
}

/** A file, its size after the run in bytes, and what became of it. */
export interface FileOutcome {
  path: string
  bytes: number
  what: (typeof words)[Change['kind']]
  /** In a dry run, what is there beside what would be written. */
  diff?: string
}

const words = {
  create: 'created',
  replace: 'replaced',
  merge: 'merged',
  keep: 'kept',
  same: 'same',
  remove: 'removed',
  conflict: 'conflict',
} as const

/** What became of each file, in the order of their paths. */
export function fileOutcomes(changes: Change[], dryRun: boolean): FileOutcome[] {
  const files = changes.map((change) => {
    const { path, kind, file, before } = change
    const isTheirs = kind === 'keep' || kind === 'remove' || kind === 'conflict'
    const bytes = (isTheirs ? (before ?? file?.bytes) : file?.bytes)?.byteLength ?? 0
    const diff = dryRun ? fileDiff(change) : undefined
    return { path, bytes, what: words[kind], ...(diff !== undefined && { diff }) }
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

// A file that is there beside the one that would be written; undefined where that is not to be shown.
function fileDiff({ path, kind, file, before }: Change): string | undefined {
  if (!file || !before || kind === 'same' || holdsSecrets(path)) return undefined
  const [there, ours] = [Buffer.from(before), Buffer.from(file.bytes)]
  if (there.includes(0)) return undefined
  return `--- there/${path}\n+++ new/${path}\n${unifiedDiff(`${there}`, `${ours}`)}`
}

/** What has to change in a text to make another of it: hunks, as `diff -u` prints them and `patch` takes them. */
export function unifiedDiff(from: string, to: string): string {
  const patch = structuredPatch('', '', from, to, undefined, undefined, { context: 3 })
  return patch.hunks.length === 0 ? '' : formatPatch(patch, OMIT_HEADERS)
}

// What no terminal, log or program is to see; Yarn and bun have their tokens in files that an app has as well.
function holdsSecrets(path: string): boolean {
  return /(^|\/)(\.env(?!\.example$)[^/]*|data\/.+|\.yarnrc\.yml|bunfig\.toml)$/.test(path)
}

/** The last words of a run: what is there now, how to log in, what to do next. */
export function summary(outcome: Outcome): string {
  const { folder, files, notes, warnings, dryRun, command } = outcome
  const place = relative(process.cwd(), folder) || 'this folder'
  const shown = dryRun ? files : files.filter(({ what }) => what !== 'removed')
  const isNew = files.every(({ what }) => what === 'created')
  const parts = [
    `${headline(outcome)} in ${place}\n${fileTree(shown, { isDeep: dryRun, isTold: dryRun && !isNew })}`.trimEnd(),
    dryRun ? diffs(files) : treated(files),
    [...notes, credentials(outcome)].filter(Boolean).join('\n'),
    warnings.map((warning) => `${paint('yellow', 'Note:')} ${warning}`).join('\n'),
    dryRun ? '' : steps(outcome),
    `${dryRun ? 'For real' : 'The same again'}: ${command}`,
  ]
  return `\n${parts.filter(Boolean).join('\n\n')}`
}

/** What is to be said even to who asked for quiet: it cannot be had later. */
export function credentials({ login }: Outcome): string {
  return login ? loginLine(login, (text) => paint('bold', text)) : ''
}

function headline({ files: all, dryRun, exitCode }: Outcome): string {
  const files = all.filter(({ what }) => what !== 'removed')
  if (files.length === 0) return `${paint('green', 'Done')}: nothing to do`
  const count = `${files.length} files, ${sizeOf(files)},`
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

function steps({ nextSteps, login }: Outcome): string {
  const lines = nextSteps.map((step) => `  ${paint('cyan', step)}`)
  return [
    ...(lines.length > 0 ? ['Next:', ...lines] : []),
    ...(login ? [`and open ${link(login.address)}`] : []),
  ].join('\n')
}

/** Files as a tree with their sizes, folders first; a folder has the number of its files and the size of them all. */
function fileTree(files: FileOutcome[], look: { isDeep: boolean; isTold: boolean }): string {
  const rows = treeRows(files, look.isDeep).map(({ name, inside }) => {
    const isFolder = name.endsWith('/')
    const count = isFolder ? `${inside.length} ${inside.length === 1 ? 'file' : 'files'}` : ''
    const what = isFolder || !look.isTold ? '' : `${inside[0]?.what}`
    return [name, count.padStart(8), sizeOf(inside).padStart(8), what]
  })
  return alignColumns(rows)
}

/** A file, or a folder with all that is inside. */
interface Row {
  name: string
  inside: FileOutcome[]
}

function treeRows(files: FileOutcome[], isDeep: boolean, indent = ''): Row[] {
  const firsts = files.map(({ path }) => path.replace(/\/.*/, '/'))
  const folders = firsts.filter((name) => name.endsWith('/'))
  const names = [...new Set([...folders, ...firsts])]
  return names.flatMap((name, at) => {
    const isLast = at === names.length - 1
    const inside = files.filter((_file, index) => firsts[index] === name)
    const row = { name: `${indent}${isLast ? '└──' : '├──'} ${name}`, inside }
    if (!isDeep || !name.endsWith('/')) return row
    const below = inside.map((file) => ({ ...file, path: file.path.slice(name.length) }))
    return [row, ...treeRows(below, isDeep, `${indent}${isLast ? '    ' : '│   '}`)]
  })
}

// In B, or in kB of a thousand each.
function sizeOf(files: FileOutcome[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes < 1000) return `${bytes} B`
  return `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`
}
