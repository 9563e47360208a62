import { listStores } from '../generators/template/layers.ts'
import { templateFiles } from '../generators/template/tree.ts'

/** Whether this is `npm run test:full`. */
export const isFull = Boolean(process.env.FULL)

/** Whether what takes long is asked for, by a full run or by naming stores. */
export const isAsked: boolean = isFull || Boolean(process.env.ONLY_STORES)

/** The names of the stores to test: those that `npm test -- --store=` has named, else `usual`, or all of them in a full run. */
export function chosenStores(usual?: string[]): string[] {
  const only = process.env.ONLY_STORES?.split(',').filter((name) => name) ?? []
  const all = listStores(templateFiles()).map(({ name }) => name)
  const unknown = only.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`--store: there is no store ${unknown.join(', ')}`)
  if (only.length > 0) return only
  return isFull || !usual ? all : usual
}
