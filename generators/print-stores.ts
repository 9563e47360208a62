import { listStores } from './stores.ts'
import { templateFiles } from './template.ts'

// `npm run stores`: the names of all stores as JSON, from their folders, for the matrix of a workflow.
console.log(JSON.stringify(listStores(templateFiles()).map(({ name }) => name)))
