import type { FileOutcome } from './outcome.ts'

/** How a tree is drawn: with what is in its folders, with what became of each file. */
interface Look {
  deep: boolean
  told: boolean
}

interface Row {
  name: string
  count: string
  size: string
  what: string
}

/** Files as a tree with their sizes; a folder has the number of its files and the size of them all. */
export function fileTree(files: FileOutcome[], look: Look): string {
  const rows = treeRows(files, look, '')
  const width = (column: keyof Row) => Math.max(...rows.map((row) => row[column].length))
  const [name, count, size] = [width('name'), width('count'), width('size')]
  return rows
    .map((row) => {
      const numbers = [row.count.padStart(count), row.size.padStart(size)]
      return [row.name.padEnd(name), ...numbers, row.what].join('  ').trimEnd()
    })
    .join('\n')
}

function treeRows(files: FileOutcome[], look: Look, indent: string): Row[] {
  const entries = [...groupByName(files)].sort(foldersFirst)
  return entries.flatMap(([name, inside], at) => {
    const isLast = at === entries.length - 1
    const drawn = `${indent}${isLast ? '└──' : '├──'} ${name}`
    const size = formatBytes(inside.reduce((sum, { bytes }) => sum + bytes, 0))
    if (!name.endsWith('/')) {
      const what = look.told ? (inside[0]?.what ?? '') : ''
      return [{ name: drawn, count: '', size, what }]
    }
    const count = `${inside.length} ${inside.length === 1 ? 'file' : 'files'}`
    const folder = { name: drawn, count, size, what: '' }
    if (!look.deep) return [folder]
    return [folder, ...treeRows(inside, look, `${indent}${isLast ? '    ' : '│   '}`)]
  })
}

function groupByName(files: FileOutcome[]): Map<string, FileOutcome[]> {
  const groups = new Map<string, FileOutcome[]>()
  for (const file of files) {
    const [first = '', ...rest] = file.path.split('/')
    const name = rest.length > 0 ? `${first}/` : first
    groups.set(name, [...(groups.get(name) ?? []), { ...file, path: rest.join('/') }])
  }
  return groups
}

function foldersFirst([a]: [string, unknown], [b]: [string, unknown]): number {
  const [aFile, bFile] = [a, b].map((name) => (name.endsWith('/') ? 0 : 1)) as [number, number]
  return aFile - bFile || (a < b ? -1 : 1)
}

/** A size for people, in B, kB or MB of a thousand each. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`
}
