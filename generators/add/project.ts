import { readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { attempt, InputError, quote } from '../input-error.ts'
import { appLayers, layerPackage, type PackageJson, type Versions } from '../template/layers.ts'
import { pick } from '../template/manifest.ts'
import { isAtLeast } from '../template/package-managers.ts'
import { recordFile } from '../template/record.ts'
import { parseJson, type Tree } from '../template/tree.ts'

/** What a project's package.json says beyond what we write. */
export interface Manifest extends PackageJson {
  type?: string
  main?: string
  peerDependencies?: Record<string, string>
}

/** An Express project that somebody has, as far as it concerns where sessions go. */
export interface Project {
  path: string
  manifest: Manifest
  /** The file that makes the app, where the two lines go. */
  entry: string
  /** Whether that file imports; else it requires. */
  isModule: boolean
  typescript?: {
    /** Whether files may import "./x.ts", as ours do. */
    importsTs: boolean
    /** Whether tsc knows what JavaScript has since ES2022. */
    knowsEnough: boolean
    /** Whether tsc writes JavaScript, which is run in place of the source. */
    emits: boolean
    /** The text of tsconfig.json with the option set that imports need; undefined where somebody has decided about it, or need not. */
    mended?: string | undefined
  }
  /** What `src/session/` is written in: JavaScript where the Node of a JavaScript project cannot run types. */
  language: 'ts' | 'js'
}

/** The oldest Node that runs TypeScript as it is. */
export const oldestForTypes = '22.18'

/** The text of a file of a project; undefined where none can be read. */
export const readText = (folder: string, path: string) =>
  attempt(() => readFileSync(join(folder, path), 'utf8'))

/** Reads the project in a folder; refuses what is none, has no Express or is an app of ours. */
export function readProject(dir: string, cwd: string): Project {
  const path = resolve(cwd, dir)
  const manifest = readManifest(path, dir)
  if (readText(path, recordFile) !== undefined) {
    throw new InputError(
      `${quote(dir)} is an app of create-sess-app and has sessions: "create-sess-app switch" gives it another store`,
    )
  }
  const { express } = versionsOf(manifest)
  if (express === undefined) {
    throw new InputError(
      `the package.json of ${quote(dir)} does not name express: run "npm install express" there, or make a whole app by "create-sess-app <dir>"`,
    )
  }
  const config = readText(path, 'tsconfig.json')
  // What tsc writes may be named there, and is no place for lines.
  const entry = findEntry(path, config === undefined ? manifest.main : undefined)
  const text = readText(path, entry) ?? ''
  const isTyped = /\.[cm]?ts$/.test(entry)
  const isModule =
    !/\.c[jt]s$/.test(entry) &&
    (isTyped || /\.mjs$/.test(entry) || manifest.type === 'module' || /^import\s/m.test(text))
  const typescript = config !== undefined || isTyped ? readTypescript(config) : undefined
  const isJavascript = readText(path, 'src/session/sessions.js') !== undefined
  const runsTypes = typescript !== undefined || isAtLeast(process.versions.node, oldestForTypes)
  const language = isJavascript || !runsTypes ? 'js' : 'ts'
  return { path, manifest, entry, isModule, language, ...(typescript && { typescript }) }
}

/** The versions of all that a project depends on in any way. */
export function versionsOf(manifest: Manifest): Record<string, string | undefined> {
  const { peerDependencies, optionalDependencies, devDependencies, dependencies } = manifest
  return { ...peerDependencies, ...optionalDependencies, ...devDependencies, ...dependencies }
}

/** How the entry file of a project names a file of it, such as `./src/session/sessions.ts`. */
export function importPath({ entry }: Project, path: string): string {
  const way = posix.relative(posix.dirname(entry), path)
  return way.startsWith('.') ? way : `./${way}`
}

function readManifest(path: string, dir: string): Manifest {
  const text = readText(path, 'package.json')
  if (text === undefined) {
    throw new InputError(
      `there is no package.json in ${quote(dir)}: say the folder of an Express project, or make a whole app by "create-sess-app <dir>"`,
    )
  }
  const manifest = attempt(() => parseJson(text))
  if (typeof manifest === 'object' && manifest !== null) return manifest as Manifest
  throw new InputError(`${quote(join(path, 'package.json'))} holds no JSON object: mend it first`)
}

const commonEntries = ['app', 'server', 'index', 'main']
  .flatMap((name) => [name, `src/${name}`])
  .flatMap((name) => ['ts', 'mts', 'js', 'mjs', 'cjs'].map((end) => `${name}.${end}`))

// Where express() is called, or else where people have it, or else where they will.
function findEntry(path: string, main: unknown): string {
  const named = typeof main === 'string' ? [posix.normalize(main)] : []
  const there = [...named, ...commonEntries].filter((file) => {
    const isInside = !file.startsWith('..') && /\.[cm]?[jt]s$/.test(file)
    return isInside && readText(path, file) !== undefined
  })
  const calls = there.find((file) => /\bexpress\(\)/.test(readText(path, file) ?? ''))
  return calls ?? there[0] ?? 'app.js'
}

// By the words, as what it extends is left aside.
function readTypescript(text: string | undefined) {
  if (text === undefined) return { importsTs: true, knowsEnough: true, emits: false }
  // "tsc --init" names every setting behind slashes.
  const config = text.replace(/^\s*\/\/.*$/gm, '')
  // What "lib" says counts, where there is one.
  const settings = /"lib"\s*:\s*\[[^\]]*\]|"target"\s*:\s*"\w+"/gi
  const [library = ''] = config.match(settings)?.sort() ?? []
  const set = /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*(true|false)/
  const [, , value] = set.exec(config) ?? []
  return {
    importsTs: value === 'true',
    knowsEnough: !/es(3|5|6|20(1\d|2[01]))\b/i.test(library),
    emits: !/"noEmit"\s*:\s*true/.test(config),
    mended: value === undefined ? setOption(text, importOption) : undefined,
  }
}

/** The compiler option that lets files import "./x.ts"; it changes nothing for those that do not. */
export const importOption = '"rewriteRelativeImportExtensions": true'

function setOption(text: string, option: string): string | undefined {
  const open = /^(?:[^/\n]|\/(?!\/))*?"compilerOptions"\s*:\s*\{/m
  return open.test(text) ? text.replace(open, (all) => `${all}\n    ${option},`) : undefined
}

// Of the app's packages, those that its src/session/ imports; a test compares.
const ofSessions = ['@msgpack/msgpack', 'express-session']

/** The packages that sessions in a store need, in our versions. */
export function neededPackages(template: Tree, store: string): Versions {
  const [app, ...layers] = appLayers(template, store).map((layer) => layerPackage(template, layer))
  return Object.assign(
    pick(app?.dependencies, ofSessions),
    ...layers.map(({ dependencies }) => dependencies),
  )
}

// Undefined where a range asks for a tag or a place.
const majorOf = (range = '') => /^[\^~>=v\s]*(\d+)/.exec(range)?.[1]

/** Those of them that a project has not got, as its package.json is to have them; and warnings of what it has in a version that ours were not made for. */
export function findLacking(template: Tree, store: string, project: Project) {
  const app = layerPackage(template, 'app')
  const needed = Object.entries(neededPackages(template, store))
  const there = versionsOf(project.manifest)
  const warnings = needed.flatMap(([name, ours]) => {
    const theirs = there[name]
    return theirs !== undefined && majorOf(theirs) !== majorOf(ours)
      ? `package.json asks for ${name} ${theirs}, and src/session/ is made for ${ours}: take that version`
      : []
  })
  // What is there for development alone is not there in production.
  const inProduction = versionsOf({ ...project.manifest, devDependencies: {} })
  const dependencies = needed.flatMap(([name, ours]) =>
    name in inProduction ? [] : [[name, there[name] ?? ours]],
  )
  // Types of another major version than that of Express would be wrong.
  const isSameExpress = majorOf(there.express) === majorOf(app.dependencies?.express)
  const types = [
    ...(isSameExpress ? ['@types/express'] : []),
    ...['@types/express-session', '@types/node'],
  ].filter((name) => project.typescript && !(name in there))
  const packages: Pick<PackageJson, 'dependencies' | 'devDependencies'> = {
    ...(dependencies.length > 0 && { dependencies: Object.fromEntries(dependencies) }),
    ...(types.length > 0 && { devDependencies: pick(app.devDependencies, types) }),
  }
  return { packages, warnings }
}
