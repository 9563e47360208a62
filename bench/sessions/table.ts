import { contests } from './contests.ts'
import { goals } from './goals.ts'
import { loads } from './loads.ts'
import type { Measured } from './measure.ts'
import { median, ratioOf } from './statistics.ts'
import type { Tried } from './tried.ts'

/** The lines of a table in Markdown; all columns but the first ones, of texts, are numbers. */
export function formatRows(head: string[], rows: string[][], texts = 1): string[] {
  const rule = head.map((_, index) => (index < texts ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** The CPU times per request of a server in its rounds, in µs; undefined where it was not measured. */
export function cpuOf(measured: Measured[], store: string, load: string, server: string) {
  return roundsOf(measured, store, load, server)?.map(({ cpuUs }) => cpuUs)
}

function roundsOf(measured: Measured[], store: string, load: string, server: string) {
  return measured.find(
    (each) => each.store === store && each.load === load && each.server === server,
  )?.rounds
}

/** A ratio of medians, or why there is none. */
export function formatRatio(ours: number[], theirs: number[]): string {
  return ratioOf(ours, theirs)?.toFixed(2) ?? 'too noisy'
}

const whole = (values: number[]) => median(values).toFixed(0)

/** The table of all loads: ours beside what one would wire by hand. */
export function formatTable(measured: Measured[]): string[] {
  const rows = contests.flatMap(({ store, plain }) =>
    loads.flatMap(({ name, title }) => {
      const ours = roundsOf(measured, store, name, 'ours')
      const theirs = roundsOf(measured, store, name, plain)
      if (!ours || !theirs) return []
      const cpu = [ours, theirs].map((rounds) => rounds.map(({ cpuUs }) => cpuUs)) as Pair
      const rate = [ours, theirs].map((rounds) => rounds.map((each) => each.rate)) as Pair
      const cells = [cpu, rate].flatMap(([a, b]) => [whole(a), whole(b), formatRatio(a, b)])
      return [[store, title, ...cells]]
    }),
  )
  const columns = ['ours', 'by hand', 'ratio']
  const head = ['CPU µs', 'req/s'].flatMap((unit) => columns.map((each) => `${unit}, ${each}`))
  return formatRows(['store', 'load', ...head], rows, 2)
}

type Pair = [number[], number[]]

/** The table of all servers of a contest that has more than two: CPU time per request, in µs. */
export function formatOthers(measured: Measured[]): string[] {
  const { store, plain, others } = contests.find((each) => each.others.length > 0) ?? {}
  if (!store || !plain || !others) return []
  const servers = ['ours', plain, ...others]
  const rows = loads.flatMap(({ name, title }) => {
    const cells = servers.map((server) => cpuOf(measured, store, name, server))
    if (cells.every((cpu) => !cpu)) return []
    return [[title, ...cells.map((cpu) => (cpu ? whole(cpu) : '–'))]]
  })
  if (rows.length === 0) return []
  return formatRows(['load', ...servers], rows)
}

/** What came of each goal. */
export function findOutcomes(measured: Measured[]) {
  return goals.flatMap(({ store, load, beside, atMost }) => {
    const plain = beside ?? contests.find((each) => each.store === store)?.plain ?? ''
    const ours = cpuOf(measured, store, load, 'ours')
    const theirs = cpuOf(measured, store, load, plain)
    if (!ours || !theirs) return []
    const ratio = ratioOf(ours, theirs)
    const outcome = ratio === null ? 'too noisy' : ratio <= atMost ? 'kept' : missed(ratio, atMost)
    return [{ store, load, plain, atMost, ours, theirs, outcome }]
  })
}

/** The table of the goals, and whether each is kept. */
export function formatGoals(measured: Measured[]): string[] {
  const rows = findOutcomes(measured).map((each) => {
    const { store, load, plain, atMost, ours, theirs, outcome } = each
    const paired = median(ours.map((value, round) => value / (theirs[round] ?? value))).toFixed(2)
    const cells = [atMost.toFixed(2), formatRatio(ours, theirs), paired, outcome]
    return [store, titleOf(load), plain, ...cells]
  })
  const head = ['store', 'load', 'beside', 'at most', 'ratio', 'round by round', '']
  return formatRows(head, rows, 3)
}

const titleOf = (load: string) => loads.find(({ name }) => name === load)?.title ?? load

const missed = (ratio: number, atMost: number) => `missed by ${(ratio - atMost).toFixed(2)}`

/** The list of what was tried for each goal, and of what came of the goal; one that is missed is in it in any case. */
export function formatTried(measured: Measured[], tried: Tried[]): string[] {
  const outcomes = findOutcomes(measured)
  const isOf = (one: Load) => (other: Load) => one.store === other.store && one.load === other.load
  const missing = outcomes
    .filter((each) => each.outcome.startsWith('missed') && !tried.some(isOf(each)))
    .map(({ store, load }) => ({ store, load, text: 'Nothing yet.' }))
  return [...tried, ...missing].map((each) => {
    const outcome = outcomes.find(isOf(each))?.outcome ?? 'no goal'
    return `- ${each.store}, ${titleOf(each.load)} (${outcome}): ${each.text}`
  })
}

type Load = Pick<Tried, 'store' | 'load'>

/** How far a session that is read is above the least that express-session can cost on Redis. */
export function formatFloor(measured: Measured[]): string {
  const of = (server: string) => median(cpuOf(measured, 'redis', 'read', server) ?? [Number.NaN])
  const floor = of('bare-session') + of('bare-redis') - of('bare-express')
  if (Number.isNaN(floor)) return 'The floor has not been measured yet.'
  const above = (server: string) => `${(of(server) - floor).toFixed(0)} µs`
  return `What express-session costs at least on Redis is \`bare-session\`, and what \`bare-redis\` is above \`bare-express\`: ${floor.toFixed(0)} µs for a session that is read. Ours is ${above('ours')} above that, connect-redis ${above('connect-redis')}.`
}
