import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'

/** Renders a template of this folder; values are escaped. */
export type Render = (name: string, values: { title: string } & Record<string, unknown>) => string

/** Pages from the templates of this folder, all of which are read now, so that no page needs the disk; `features` are the optional routes that there are, for links to them. */
export function createRenderer(features: string[]): Render {
  const views = fileURLToPath(new URL('.', import.meta.url))
  const eta = new Eta({ views, cache: true })
  for (const name of readdirSync(views).filter((each) => each.endsWith('.eta'))) {
    const filepath = join(views, name)
    eta.loadTemplate(filepath, readFileSync(filepath, 'utf8'))
  }
  const has = (feature: string) => features.includes(feature)
  return (name, values) => eta.render(`./${name}`, { has, formatTime, formatWait, ...values })
}

/** A time as people read it: `3 Nov 2025, 14:05 UTC`. */
export function formatTime(time: string | number): string {
  // Intl writes the same, and would load 8 MB of tables for it.
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ')
  return `${Number(day)} ${month} ${year}, ${clock?.slice(0, 5)} UTC`
}

/** Seconds as a time to wait, never too short: `1 second`, `40 seconds`, `15 minutes`. */
export function formatWait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds))
  const [count, unit] = whole < 120 ? [whole, 'second'] : [Math.ceil(whole / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
