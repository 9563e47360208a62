import { writeFileSync } from 'node:fs'
import { makePage, pageFile, runSecuritySuite } from './suite.ts'

// `npm run asvs` runs the security suite over an app with SQLite, and writes docs/asvs.md.
const { page, problems } = makePage(await runSecuritySuite())
writeFileSync(pageFile, page)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
