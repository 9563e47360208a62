import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EmittedApp, emitApp, runAppTests } from '../apps/emitted-app.ts'
import { formatPage } from './page.ts'
import { findProblems } from './problems.ts'
import { collectProofs } from './proof.ts'
import type { Outcome } from './reporter.ts'
import { chapters } from './requirements/all.ts'

const root = join(import.meta.dirname, '../..')

/** Where the page is. */
export const pageFile = join(root, 'docs/asvs.md')

/** Emits an app with SQLite, runs its security suite, and makes the page; `problems` are sentences, none where all is well. */
export async function makePage(): Promise<{ page: string; problems: string[] }> {
  const app = await emitApp('asvs', 'sqlite')
  try {
    const { outcomes, failure } = await runSuite(app)
    const requirements = chapters.flatMap((chapter) => chapter.requirements)
    const isThere = (path: string) => existsSync(join(root, 'template/app', path))
    return {
      page: formatPage(chapters, collectProofs(outcomes)),
      problems: [...failure, ...findProblems(requirements, outcomes, isThere)],
    }
  } finally {
    app.remove()
  }
}

async function runSuite(app: EmittedApp): Promise<{ outcomes: Outcome[]; failure: string[] }> {
  const file = join(root, '.apps/asvs.jsonl')
  rmSync(file, { force: true })
  const { code, out, err } = await runAppTests(app, {
    script: 'test:security',
    row: 'sqlite+security',
    options: [
      `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
      `--test-reporter-destination=${file}`,
    ],
  })
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (lines === '') throw new Error(`No test of the security suite ran:\n${out}${err}`)
  return {
    outcomes: lines.split('\n').map((line) => JSON.parse(line)),
    failure: code === 0 ? [] : [`The security suite of the app fails:\n${out}${err}`],
  }
}
