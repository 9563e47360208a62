import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import { formatTime, formatWait } from './time.ts'

/** Renders a page of this folder; values are escaped. */
export type RenderPage = (
  name: string,
  values: { title: string } & Record<string, unknown>,
) => string

/** Pages from the templates of this folder, read once in production and anew each time otherwise. */
export function createPages(production: boolean): RenderPage {
  const eta = new Eta({ views: fileURLToPath(new URL('.', import.meta.url)), cache: production })
  return (name, values) => eta.render(`./${name}`, { formatTime, formatWait, ...values })
}
