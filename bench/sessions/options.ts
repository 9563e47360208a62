import { parseArgs } from 'node:util'
import { type Contest, contests } from './contests.ts'
import { type Load, loads } from './loads.ts'
import type { Effort } from './measure.ts'

/** What a run of the bench is asked for. */
export interface Options {
  contests: Contest[]
  loads: Load[]
  effort: Effort
  /** Whether the results are those that the repository keeps. */
  isKept: boolean
}

const whole = { rounds: 5, roundMs: 500, least: 300 }
const quick = { rounds: 5, roundMs: 250, least: 300 }
const ofQuick = ['page', 'read', 'write', 'login']

/** Reads the options of a run; throws, and names what there is, for a store or a load that there is not. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      store: { type: 'string' },
      load: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const names = loads.map(({ name }) => name)
  const stores = contests.map(({ store }) => store)
  const someStores = choose('store', values.store, stores, stores)
  const someLoads = choose('load', values.load, names, values.quick ? ofQuick : names)
  const isWhole = !values.quick && !values.store && !values.load
  return {
    contests: contests.filter(({ store }) => someStores.includes(store)),
    loads: loads.filter(({ name }) => someLoads.includes(name)),
    effort: values.quick ? quick : whole,
    isKept: isWhole || values.write,
  }
}

function choose(option: string, value: string | undefined, all: string[], usual: string[]) {
  const words = value?.split(',') ?? usual
  const unknown = words.filter((word) => !all.includes(word))
  if (unknown.length === 0) return words
  throw new Error(`--${option}: there is no ${unknown.join(', ')}; there are ${all.join(', ')}`)
}
