import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Package {
  name: string
  version: string
  license?: string
  author?: string | { name: string }
}

/** The licence texts of the packages that modules come from, as they ask of who passes them on. */
export function licencesOf(moduleIds: string[]): string {
  const folders = new Set(moduleIds.flatMap((id) => packageFolder(id) ?? []))
  const found = [...folders].sort().map((folder) => ({
    about: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package,
    text: licenceText(folder),
  }))
  const terms = found.flatMap(({ text = '' }) => /Permission is hereby[\s\S]*/.exec(text) ?? [])[0]
  const texts = found.map(({ about, text = mitOf(about, terms) }) => {
    return `${about.name} ${about.version} (${about.license})\n\n${text.trim()}\n`
  })
  const rule = `\n${'-'.repeat(72)}\n\n`
  return `main.cjs holds code of these packages:\n${rule}${texts.join(rule)}`
}

function packageFolder(id: string): string | undefined {
  if (!/[/\\]node_modules[/\\]/.test(id)) return undefined
  const folder = dirname(id)
  const manifest = join(folder, 'package.json')
  const isPackage =
    existsSync(manifest) && 'version' in (JSON.parse(readFileSync(manifest, 'utf8')) as object)
  return isPackage ? folder : packageFolder(folder)
}

function licenceText(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return file && readFileSync(join(folder, file), 'utf8')
}

// Some packages name the licence and bring no text; that of MIT is the same for all but the author.
function mitOf({ name, license, author = '' }: Package, terms = ''): string {
  const holder = typeof author === 'string' ? author : author.name
  if (license !== 'MIT' || !holder || !terms) {
    throw new Error(`${name} has no licence text to pass on: ask its author, or do without it`)
  }
  return `The MIT License\n\nCopyright (c) ${holder}\n\n${terms}`
}
