import { templateFiles, textOf } from '../../generators/template/tree.ts'

/** A row of the table in an app's README: what to delete for it to go. */
export interface Feature {
  name: string
  files: string[]
  words: string[]
  /** The files with lines that hold the words. */
  lined: string[]
  /** The `describe` of `test/app.test.ts` that is about it. */
  tests: string[]
}

/** The rows of the table "What you do not need" in the README of an app, with what stands in backticks in each cell. */
export function readFeatures(): Feature[] {
  const text = textOf(templateFiles(), 'app/README.md') ?? ''
  const [, table = ''] = /^\| feature \| delete \|.*\n\|[- |]+\n((?:\|.*\n)+)/m.exec(text) ?? []
  return (table.match(/^.+$/gm) ?? []).map((row) => {
    const [, name = '', ...cells] = row.split('|').map((cell) => cell.trim())
    const [files = [], words = [], lined = [], tests = []] = cells.map((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, item = '']) => item),
    )
    return { name, files, words, lined, tests }
  })
}
