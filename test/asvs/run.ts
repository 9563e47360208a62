import { writeFileSync } from 'node:fs'
import { makePage, pageFile } from './suite.ts'

// `npm run asvs` runs the security suite of an app with SQLite, and writes docs/asvs.md.
const { page, problems } = await makePage()
writeFileSync(pageFile, page)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
