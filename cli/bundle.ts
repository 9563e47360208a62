import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type Plugin, rolldown } from 'rolldown'
import { templateFiles } from '../generators/template.ts'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

// What Plop brings for uses that are not ours: prompts (clack asks), other plopfiles, its own
// actions and helpers, source maps of templates.
const unused: Record<string, string> = {
  inquirer: 'export default { registerPrompt() {} }',
  resolve: 'export default {}',
  dlv: 'export default {}',
  'source-map': 'module.exports = {}',
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

const leaveOut: Plugin = {
  name: 'leave-out',
  resolveId: (id, importer = '') =>
    id in unused && /[/\\](node-plop|handlebars)[/\\]/.test(importer) ? `\0${id}` : null,
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
  plugins: [leaveOut, embedTemplate],
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
