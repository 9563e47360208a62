import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import Handlebars from 'handlebars'
import { type Plugin, rolldown } from 'rolldown'
import { compileOptions } from '../generators/render.ts'
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

// The first statement of the file, in words that any Node understands.
const head = `#!/usr/bin/env node
var node = process.versions.node.split('.').map(Number)
if (node[0] < 20 || (node[0] === 20 && node[1] < 12)) {
  console.error('create-sess-app: Node ' + process.versions.node + ' is too old: install Node 20.12 or later, or Node 24 (https://nodejs.org)')
  process.exit(1)
}
`

/** Handlebars without its compiler, which is most of it: the templates are compiled here. */
const compileEarly: Plugin = {
  name: 'compile-early',
  resolveId: (id) => (id === 'handlebars' ? '\0handlebars' : null),
  load: (id) => (id === '\0handlebars' ? compiled() : null),
}

function compiled(): string {
  const texts = [...templateFiles()]
    .filter(([path]) => path.endsWith('README.md'))
    .map(([, { bytes }]) => Buffer.from(bytes).toString())
  const templates = texts
    .filter((text) => text.includes('{{'))
    .map((text) => `[${JSON.stringify(text)}, ${Handlebars.precompile(text, compileOptions)}]`)
  return `
import runtime from 'handlebars/runtime.js'
const templates = new Map([${templates}])
const compile = (text) => templates.has(text) ? runtime.template(templates.get(text)) : () => text
export default { compile, create: () => ({ compile }), registerHelper() {}, registerPartial() {} }`
}

const leaveOut: Plugin = {
  name: 'leave-out',
  resolveId: (id, importer = '') =>
    id in unused && /[/\\]node-plop[/\\]/.test(importer) ? `\0${id}` : null,
  load: (id) => (id.startsWith('\0') ? (unused[id.slice(1)] ?? null) : null),
}

const embedTemplate: Plugin = {
  name: 'embed-template',
  load: (id) => (id === join(root, 'generators/template.ts') ? embedded() : null),
}

function embedded(): string {
  const files = [...templateFiles()].map(([path, { bytes, mode }]) => {
    const text = Buffer.from(bytes)
    const isText = Buffer.from(text.toString()).equals(text)
    return isText
      ? [path, mode, text.toString(), 'utf8']
      : [path, mode, text.toString('base64'), 'base64']
  })
  // Apps are much alike, and gzip, which npm packs with, does not see so far back.
  const packed = brotliCompressSync(JSON.stringify(files)).toString('base64')
  return `
import { brotliDecompressSync } from 'node:zlib'
const files = JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString())
const unpack = ([path, mode, text, encoding]) => [path, { bytes: Buffer.from(text, encoding), mode }]
export const templateFiles = () => new Map(files.map(unpack))`
}

const bundle = await rolldown({
  input: join(root, 'cli/main.ts'),
  platform: 'node',
  // Old enough that a Node which is too old can read as far as our telling it so.
  transform: { target: 'es2015' },
  plugins: [compileEarly, leaveOut, embedTemplate],
})
const { output } = await bundle.generate({
  format: 'cjs',
  minify: true,
  codeSplitting: false,
  comments: { legal: false },
})
const [chunk] = output
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
writeFileSync(join(dist, 'create-sess-app.cjs'), head + chunk.code, { mode: 0o755 })
writeFileSync(join(dist, 'LICENSES.txt'), licencesOf(chunk.moduleIds))
