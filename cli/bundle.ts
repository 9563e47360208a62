import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type Plugin, rolldown } from 'rolldown'
import { textIn } from '../generators/changes/line-ends.ts'
import { templateFiles } from '../generators/template.ts'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

// What Plop brings for uses that are not ours: prompts (clack asks), other plopfiles, its own
// actions and helpers.
const unused: Record<string, string> = {
  inquirer: 'export default { registerPrompt() {} }',
  resolve: 'export default {}',
  dlv: 'export default {}',
  './actions/index.js': 'export default {}',
  './baked-in-helpers.js': 'export default {}',
}

// In words that any Node understands, so that one which is too old gets as far as our telling it so.
const command = `#!/usr/bin/env node
var node = process.versions.node.split('.').map(Number)
if (node[0] < 20 || (node[0] === 20 && node[1] < 12)) {
  console.error('create-sess-app: Node ' + process.versions.node + ' is too old: install Node 20.12 or later, or Node 24 (https://nodejs.org)')
  process.exit(1)
}
// What is compiled once is there at the next start, where Node can do that.
var compileCache = require('node:module').enableCompileCache
if (compileCache) compileCache()
require('./main.cjs').start()
`

const plop = "module.exports = require('./main.cjs').register\n"
const plopTypes = `/** Registers the generators of create-sess-app with Plop. */
declare function register(plop: object): void
export = register
`

/** Our templates have a few names in them, and Handlebars is large. */
const fillNames: Plugin = {
  name: 'fill-names',
  resolveId: (id) => (id === 'handlebars' ? join(root, 'cli/fill-names.ts') : null),
}

const leaveOut: Plugin = {
  name: 'leave-out',
  resolveId: (id, importer = '') =>
    id in unused && /[/\\]node-plop[/\\]/.test(importer) ? `\0${id}` : null,
  load: (id) => (id.startsWith('\0') ? (unused[id.slice(1)] ?? null) : null),
}

const unpackTemplate: Plugin = {
  name: 'unpack-template',
  load: (id) => (id === join(root, 'generators/template.ts') ? unpacking : null),
}

const unpacking = `
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
export const templateFiles = () => {
  const packed = brotliDecompressSync(readFileSync(join(__dirname, 'template.br'))).toString()
  const files = new Map()
  for (const [, path, text] of packed.matchAll(/([^\\0]+)\\0([^\\0]*)\\0/g)) {
    files.set(path, { bytes: Buffer.from(text), mode: 0o644 })
  }
  return files
}`

/** The template in one file: npm would leave out some of its files, and gzip, which it packs with, does not see how much alike apps are. */
function packTemplate(): Buffer {
  const files = [...templateFiles()].map(([path, { bytes, mode }]) => {
    const text = textIn(bytes)
    if (mode !== 0o644 || text.includes('\0')) throw new Error(`${path} is no plain text`)
    return `${path}\0${text}\0`
  })
  return brotliCompressSync(files.join(''))
}

const bundle = await rolldown({
  input: join(root, 'cli/published.ts'),
  platform: 'node',
  transform: { target: 'node20.12' },
  plugins: [fillNames, leaveOut, unpackTemplate],
})
const { output } = await bundle.generate({
  format: 'cjs',
  minify: true,
  codeSplitting: false,
  comments: { legal: false },
})
const [chunk] = output
const published: [string, string | Buffer][] = [
  ['create-sess-app.cjs', command],
  ['main.cjs', chunk.code],
  ['template.br', packTemplate()],
  ['plop.cjs', plop],
  ['plop.d.cts', plopTypes],
  ['LICENSES.txt', licencesOf(chunk.moduleIds)],
]
// Each file in one step, as others may be packing what is here.
const staged = mkdtempSync(join(root, 'node_modules/.dist-'))
mkdirSync(dist, { recursive: true })
for (const [name, text] of published) {
  const mode = name === 'create-sess-app.cjs' ? 0o755 : 0o644
  writeFileSync(join(staged, name), text, { mode })
  renameSync(join(staged, name), join(dist, name))
}
rmSync(staged, { recursive: true })
