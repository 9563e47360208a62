import { readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { recordFile } from '../app/record.ts'
import { parseJson } from '../json-text.ts'
import type { PackageJson } from '../package-json.ts'
import { quote, Refusal } from '../refusal.ts'

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
  }
}

/** The text of a file of a project; undefined where none can be read. */
export function readText(folder: string, path: string): string | undefined {
  try {
    return readFileSync(join(folder, path), 'utf8')
  } catch {
    return undefined
  }
}

/** Reads the project in a folder; refuses what is none, has no Express or is an app of ours. */
export function readProject(dir: string, cwd: string): Project {
  const path = resolve(cwd, dir)
  const manifest = readManifest(path, dir)
  if (readText(path, recordFile) !== undefined) {
    throw new Refusal(
      `${quote(dir)} is an app of create-sess-app and has sessions: "create-sess-app switch" gives it another store`,
    )
  }
  const { express } = versionsOf(manifest)
  if (express === undefined) {
    throw new Refusal(
      `the package.json of ${quote(dir)} does not name express: run "npm install express" there, or make a whole app by "create-sess-app <dir>"`,
    )
  }
  const config = readText(path, 'tsconfig.json')
  // What tsc writes may be named there, and is no place for lines.
  const main = config === undefined && isText(manifest.main) ? manifest.main : undefined
  const entry = findEntry(path, main)
  const text = readText(path, entry) ?? ''
  const isTyped = /\.[cm]?ts$/.test(entry)
  const isModule =
    !/\.c[jt]s$/.test(entry) &&
    (isTyped || /\.mjs$/.test(entry) || manifest.type === 'module' || /^import\s/m.test(text))
  return {
    ...{ path, manifest, entry, isModule },
    ...((config !== undefined || isTyped) && { typescript: readTypescript(config) }),
  }
}

/** The versions of all that a project depends on in any way. */
export function versionsOf({
  dependencies,
  devDependencies,
  optionalDependencies,
  peerDependencies,
}: Manifest) {
  const all = {
    ...peerDependencies,
    ...optionalDependencies,
    ...devDependencies,
    ...dependencies,
  }
  return all as Record<string, string | undefined>
}

/** The major version that a range asks for; undefined where it asks for a tag or a place. */
export function majorOf(range: string): number | undefined {
  const [, major] = /^[\^~>=v\s]*(\d+)/.exec(range) ?? []
  return major === undefined ? undefined : Number(major)
}

/** How the entry file of a project names a file of it, such as `./src/session/sessions.ts`. */
export function importPath({ entry }: Project, path: string): string {
  const way = posix.relative(posix.dirname(entry), path)
  return way.startsWith('.') ? way : `./${way}`
}

function readManifest(path: string, dir: string): Manifest {
  const text = readText(path, 'package.json')
  if (text === undefined) {
    throw new Refusal(
      `there is no package.json in ${quote(dir)}: say the folder of an Express project, or make a whole app by "create-sess-app <dir>"`,
    )
  }
  try {
    const manifest = parseJson(text)
    if (typeof manifest === 'object' && manifest !== null) return manifest as Manifest
  } catch {
    // Neither is what follows.
  }
  throw new Refusal(`${quote(join(path, 'package.json'))} holds no JSON object: mend it first`)
}

const isText = (value: unknown) => typeof value === 'string'

const usualEntries = ['app', 'server', 'index', 'main']
  .flatMap((name) => [name, `src/${name}`])
  .flatMap((name) => ['ts', 'mts', 'js', 'mjs', 'cjs'].map((end) => `${name}.${end}`))

// Where express() is called, or else where people have it, or else where they will.
function findEntry(path: string, main: string | undefined): string {
  const named = main === undefined ? [] : [posix.normalize(main)]
  const there = [...named, ...usualEntries].filter((file) => {
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
  return {
    importsTs: /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(
      config,
    ),
    knowsEnough: !/es(3|5|6|20(1\d|2[01]))\b/i.test(library),
    emits: !/"noEmit"\s*:\s*true/.test(config),
  }
}
