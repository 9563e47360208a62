import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareMachine } from '../machine/prepare.ts'
import { compareAll, imagesNeeded } from './compare.ts'
import { formatPage } from './page.ts'

// `npm run upstream` asks the published packages what our own store is asked, and writes docs/upstream.md.
const machine = await prepareMachine(await imagesNeeded())
for (const line of machine.say) console.log(line)
if (!machine.docker) process.exit(1)
Object.assign(process.env, machine.env)
const columns = await compareAll()
const page = formatPage(columns, machine.standIns)
writeFileSync(join(import.meta.dirname, '../../docs/upstream.md'), page)
for (const { name, outcomes } of columns) {
  const count = outcomes.filter(({ cell }) => cell === '✗').length
  console.log(`${name}: ${outcomes.length} cases, ${count} do not hold`)
}
