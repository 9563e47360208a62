import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { findTypes, isOfSessions, type Types, typesFile } from '../generators/add/javascript.ts'
import { publishedNames, templateFiles } from '../generators/template/tree.ts'
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
  resolveId: (id) => (id === 'handlebars' ? join(root, 'scripts/fill-names.ts') : null),
}

/** What is imported when it is needed would come whole. */
const fewPrompts: Plugin = {
  name: 'few-prompts',
  resolveId: (id, importer = '') =>
    id === '@clack/prompts' && !/[/\\]scripts[/\\]/.test(importer)
      ? join(root, 'scripts/prompts.ts')
      : null,
}

const leaveOut: Plugin = {
  name: 'leave-out',
  resolveId: (id, importer = '') =>
    id in unused && /[/\\]node-plop[/\\]/.test(importer) ? `\0${id}` : null,
  load: (id) => (id.startsWith('\0') ? (unused[id.slice(1)] ?? null) : null),
}

const bundle = await rolldown({
  input: join(root, 'scripts/published.ts'),
  platform: 'node',
  transform: { target: 'node20.12' },
  plugins: [fillNames, fewPrompts, leaveOut],
})
const { output } = await bundle.generate({
  format: 'cjs',
  minify: true,
  codeSplitting: false,
  comments: { legal: false },
})
const [chunk] = output
const published = new Map<string, string | Uint8Array>([
  ['create-sess-app.cjs', command],
  ['main.cjs', chunk.code],
  ['plop.cjs', plop],
  ['plop.d.cts', plopTypes],
  ['LICENSES.txt', licencesOf(chunk.moduleIds)],
])
const executable = new Set(['create-sess-app.cjs'])
const types: Record<string, Types> = {}
for (const [path, { bytes, mode }] of templateFiles()) {
  if (isOfSessions(path)) types[path] = findTypes(Buffer.from(bytes).toString('utf8'))
  const name = path.split('/').map((part) => publishedNames[part] ?? part)
  const place = `template/${name.join('/')}`
  published.set(place, bytes)
  if (mode !== 0o644) executable.add(place)
}
published.set(typesFile, JSON.stringify(types))

// Each file in one step, as others may be packing what is here.
const staged = mkdtempSync(join(root, 'node_modules/.dist-'))
for (const [path, text] of published) {
  const place = join(dist, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(join(staged, 'file'), text, { mode: executable.has(path) ? 0o755 : 0o644 })
  renameSync(join(staged, 'file'), place)
}
rmSync(staged, { recursive: true })
for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  const isFile = statSync(join(dist, path)).isFile()
  if (isFile && !published.has(path.replaceAll(sep, '/'))) rmSync(join(dist, path))
}
