import { parseEnv } from 'node:util'
import { plainText, withLineEndsOf } from './line-ends.ts'
import { mergeJson } from './merge-json.ts'
import type { Merged } from './sides.ts'

type Merge = (theirs: string, ours: string) => Merged

const merges: Record<string, Merge> = {
  'package.json': addToManifest,
  '.env': addVariables,
  '.env.example': addVariables,
  '.gitignore': addLines,
  '.dockerignore': addLines,
}

/** Whether there is a way to join a file of that name with one that is there. */
export const canMerge = (path: string) => Object.hasOwn(merges, path)

/** A file that is there, joined with that of the app, and the names of what both say otherwise; undefined where nobody can tell how. What is there wins, its line ends too. */
export function mergeFile(
  path: string,
  theirs: Uint8Array,
  ours: Uint8Array,
): { bytes: Buffer; clashes: string[] } | undefined {
  const merge = canMerge(path) && merges[path]
  if (!merge) return undefined
  try {
    const { text, clashes } = merge(plainText(theirs), plainText(ours))
    return { bytes: withLineEndsOf(theirs, Buffer.from(text)), clashes }
  } catch {
    // JSON with comments, or no UTF-8.
    return undefined
  }
}

// What "npm init" writes where nobody has decided yet.
const noTest = 'echo "Error: no test specified" && exit 1'
// What is about the package, and none of the app's business.
const aboutIt = /^(name|version|description|license|author|keywords|private)$/

function addToManifest(theirs: string, ours: string): Merged {
  const { type, scripts } = JSON.parse(theirs)
  const undecided = { ...(type === 'commonjs' && { type }), scripts: { test: noTest } }
  const base = JSON.stringify(scripts?.test === noTest ? undecided : {})
  const { text, clashes } = mergeJson({ base, mine: theirs, next: ours }, 'mine')
  return { text, clashes: clashes.filter((name) => !aboutIt.test(name)) }
}

function addVariables(theirs: string, ours: string): Merged {
  const there = parseEnv(theirs)
  const lines = ours.split('\n').filter((line) => {
    const name = /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1]
    return name !== undefined && !(name in there)
  })
  return append(theirs, lines)
}

function addLines(theirs: string, ours: string): Merged {
  const there = new Set(theirs.split('\n'))
  return append(
    theirs,
    ours.split('\n').filter((line) => line && !there.has(line)),
  )
}

function append(text: string, lines: string[]): Merged {
  if (lines.length === 0) return { text, clashes: [] }
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  return { text: `${text}${gap}${lines.join('\n')}\n`, clashes: [] }
}
