import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A document of the repository. */
export interface Page {
  path: string
  text: string
}

/** README, CONTRIBUTING, CHANGELOG and everything in docs. */
export const pages: Page[] = globSync(['*.md', 'docs/**/*.md'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The text of one of them. */
export function pageText(path: string): string {
  const page = pages.find((each) => each.path === path)
  if (!page) throw new Error(`There is no ${path}`)
  return page.text
}

/** The rows of the table that begins with this head, as lists of cells. */
export function tableRows(text: string, head: string): string[][] {
  const [, after = ''] = text.split(`${head}\n`)
  const [, ...rows] = /^(?:\|.*\n?)+/.exec(after)?.[0].trim().split('\n') ?? []
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
