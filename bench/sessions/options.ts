import { parseArgs } from 'node:util'
import { contests } from './contests.ts'
import type { Effort } from './in-turn.ts'
import { type Load, loads } from './loads.ts'

const parts = ['loads', 'app', 'scale', 'page'] as const

/** What a run of the bench is asked for. */
export interface Options {
  parts: (typeof parts)[number][]
  stores: string[]
  loads: Load[]
  effort: Effort
  isQuick: boolean
  /** For `scale`: how many sessions to measure each store with. */
  sizes: [store: string, sizes: number[]][]
  /** Whether the repository keeps the results. */
  isKept: boolean
}

// On a machine that is never quiet, this is what bounds the time of a run.
const whole: Effort = { rounds: 5, warmUp: 12, roundMs: 400, least: 150, tries: 2 }
const quick: Effort = { rounds: 5, warmUp: 6, roundMs: 250, least: 150, tries: 1 }
const ofQuick = ['page', 'read', 'write', 'login']

const sizes: Record<string, number[]> = {
  redis: [1000, 100_000, 1_000_000],
  postgres: [1000, 100_000, 1_000_000],
  sqlite: [1000, 100_000, 1_000_000],
  // With a file for each session, a million would take an hour; the stand-in for MongoDB looks at all of them for every question.
  mongodb: [1000, 10_000],
  file: [1000, 100_000],
}

/** Reads the options of a run; throws, and names what there is, for one that there is not. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      store: { type: 'string' },
      load: { type: 'string' },
      most: { type: 'string', default: '1000000' },
      write: { type: 'boolean', default: false },
    },
  })
  const { quick: isQuick } = values
  const isPart = Boolean(isQuick || values.store || values.load)
  const asked = positionals.length > 0 ? positionals : isPart ? ['loads'] : ['loads', 'app']
  const chosen = chooseAmong([...parts], asked, '')
  const stores = chosen.includes('scale') ? Object.keys(sizes) : contests.map(({ store }) => store)
  const someStores = chooseAmong(stores, values.store?.split(',') ?? stores, '--store')
  const names = loads.map(({ name }) => name)
  const usual = isQuick ? ofQuick : names
  const someLoads = chooseAmong(names, values.load?.split(',') ?? usual, '--load')
  return {
    parts: chosen,
    stores: someStores,
    loads: loads.filter(({ name }) => someLoads.includes(name)),
    effort: isQuick ? quick : whole,
    isQuick,
    sizes: someStores.map((store) => [
      store,
      (sizes[store] ?? []).filter((size) => size <= Number(values.most)),
    ]),
    isKept: values.write || !isPart || chosen.includes('page'),
  }
}

function chooseAmong<Word extends string>(all: Word[], words: string[], option: string): Word[] {
  const unknown = words.filter((word) => !all.some((each) => each === word))
  if (unknown.length === 0) return all.filter((each) => words.includes(each))
  throw new Error(
    `${option} ${unknown.join(', ')}: there is no such thing to measure; there are ${all.join(', ')}`.trim(),
  )
}
