import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lists } from './lists.ts'
import { templateFiles } from './template.ts'

// `npm run lists`, after a store has come or gone.
const template = templateFiles()
for (const [path, write] of Object.entries(lists)) {
  const file = join(import.meta.dirname, '..', path)
  const before = readFileSync(file, 'utf8')
  const after = write(template, before)
  if (after !== before) writeFileSync(file, after)
  console.log(`${path}: ${after === before ? 'as it was' : 'written'}`)
}
