import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The rungs of a run, in their order; each begins when the one before has ended. */
export const rungs = ['quick', 'apps', 'pages', 'install', 'browser'] as const

type Rung = (typeof rungs)[number]

/** A test file, and when it runs. */
export interface TestFile {
  path: string
  rung: Rung
  /** Whether it is slow and seldom breaks, and `npm run test:full` alone runs it. */
  isFullOnly: boolean
}

// What is not named here runs in the rung of its folder, and what is in no such folder is quick.
const ofFolders: Record<string, Rung> = { 'test/apps': 'apps', 'test/browser': 'browser' }
const ofFiles: Record<string, Rung> = {
  'test/apps/install.test.ts': 'install',
  'test/apps/managers.test.ts': 'install',
  'test/apps/units.test.ts': 'quick',
  // From what the security suite showed with SQLite, in the rung before.
  'test/asvs/asvs.test.ts': 'pages',
  'test/docs/adding-a-store.test.ts': 'pages',
  'test/docs/commands.test.ts': 'install',
  'test/generators/add.test.ts': 'apps',
  'test/upstream/upstream.test.ts': 'pages',
}
const fullOnly = [
  'test/apps/custom.test.ts',
  'test/apps/keyv.test.ts',
  'test/apps/switched.test.ts',
  'test/docs/adding-a-store.test.ts',
  'test/docs/commands.test.ts',
  'test/upstream/upstream.test.ts',
]

/** All test files of this repository, but for those of test/suite, which run in emitted apps. */
export function listTestFiles(): TestFile[] {
  const paths = globSync('test/*/*.test.ts', { cwd: join(import.meta.dirname, '..') })
  const own = paths.filter((path) => dirname(path) !== 'test/suite').sort()
  return own.map((path) => ({
    path,
    rung: ofFiles[path] ?? ofFolders[dirname(path)] ?? 'quick',
    isFullOnly: fullOnly.includes(path),
  }))
}

/** Whether a word of the command line means a file: a part of its name, or of its path where the word has a slash. */
export function isMeant(word: string, { path }: TestFile): boolean {
  return word.includes('/') ? path.includes(word) : basename(path).includes(word)
}
