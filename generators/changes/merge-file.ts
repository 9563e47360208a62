import { parseEnv } from 'node:util'
import { plainText, withLineEndsOf } from './line-ends.ts'
import { mergeJson } from './merge-json.ts'

type Merge = (theirs: string, ours: string) => string

const merges: Record<string, Merge> = {
  'package.json': (theirs, ours) =>
    mergeJson({ base: '{}', mine: theirs, next: ours }, 'mine').text,
  '.env': addVariables,
  '.env.example': addVariables,
  '.gitignore': addLines,
  '.dockerignore': addLines,
}

/** Whether there is a way to join a file of that name with one that is there. */
export const canMerge = (path: string) => Object.hasOwn(merges, path)

/** A file that is there, joined with that of the app; undefined where nobody can tell how. What is there wins, its line ends too. */
export function mergeFile(path: string, theirs: Uint8Array, ours: Uint8Array): Buffer | undefined {
  const merge = canMerge(path) && merges[path]
  if (!merge) return undefined
  try {
    return withLineEndsOf(theirs, Buffer.from(merge(plainText(theirs), plainText(ours))))
  } catch {
    // JSON with comments or a byte order mark, or no UTF-8.
    return undefined
  }
}

function addVariables(theirs: string, ours: string): string {
  const there = parseEnv(theirs)
  const lines = ours.split('\n').filter((line) => {
    const name = /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1]
    return name !== undefined && !(name in there)
  })
  return append(theirs, lines)
}

function addLines(theirs: string, ours: string): string {
  const there = new Set(theirs.split('\n'))
  return append(
    theirs,
    ours.split('\n').filter((line) => line && !there.has(line)),
  )
}

function append(text: string, lines: string[]): string {
  if (lines.length === 0) return text
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  return `${text}${gap}${lines.join('\n')}\n`
}
