import { type Measured, measureContest } from './measure.ts'
import { readOptions } from './options.ts'
import { formatTable } from './table.ts'

// npm run bench [-- --quick --store=redis,sqlite --load=read,write]
const { contests, loads, effort } = readOptions(process.argv.slice(2))
const measured: Measured[] = []
for (const contest of contests) measured.push(...(await measureContest(contest, loads, effort)))
console.log(formatTable(measured).join('\n'))
