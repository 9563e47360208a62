import { listStores } from '../generators/template/layers.ts'
import { templateFiles } from '../generators/template/tree.ts'

/** The names of the stores to test: those that `npm test -- --store=` has named, or all of them. */
export function chosenStores(): string[] {
  const only = process.env.ONLY_STORES?.split(',').filter((name) => name) ?? []
  const all = listStores(templateFiles()).map(({ name }) => name)
  const unknown = only.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`--store: there is no store ${unknown.join(', ')}`)
  return only.length > 0 ? only : all
}
