import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { emitApp, runTests } from '../apps/emitted-app.ts'
import { laySuite } from '../apps/suite.ts'
import { type Outcome, readOutcomes } from '../outcomes.ts'
import { reportFolder } from '../report.ts'
import { formatPage } from './page.ts'
import { findProblems } from './problems.ts'
import { collectProofs } from './proof.ts'
import { chapters } from './requirements/all.ts'

const root = join(import.meta.dirname, '../..')
const folder = 'test/suite/security'

/** Where the page is. */
export const pageFile = join(root, 'docs/asvs.md')

/** Emits an app with SQLite and runs the security suite over it. */
export async function runSecuritySuite(): Promise<Outcome[]> {
  const app = await emitApp('asvs', 'sqlite')
  try {
    laySuite(app.folder, 'sqlite')
    const { outcomes, failures } = await runTests(app, { files: [`${folder}/*.test.ts`] })
    if (outcomes.length === 0) throw new Error(`No test of the security suite ran:\n${failures}`)
    return outcomes
  } finally {
    app.remove()
  }
}

/** What came of the security suite where the tests of all stores have just run it with SQLite; null where they have not. */
export function readReport(): Outcome[] | null {
  const report = join(reportFolder, 'sqlite.jsonl')
  return existsSync(report) ? readOutcomes(report) : null
}

/** Makes the page of what came of the tests; `problems` are sentences, none where all is well. */
export function makePage(all: Outcome[]): { page: string; problems: string[] } {
  const outcomes = all
    .filter(({ file }) => file.startsWith(folder))
    .sort((a, b) => a.file.localeCompare(b.file, 'en'))
  const requirements = chapters.flatMap((chapter) => chapter.requirements)
  const isThere = (path: string) => existsSync(join(root, 'template/app', path))
  return {
    page: formatPage(chapters, collectProofs(outcomes)),
    problems: findProblems(requirements, outcomes, isThere),
  }
}
