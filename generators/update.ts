import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { x } from 'tinyexec'
import packageJson from '../package.json' with { type: 'json' }
import { storeOfProject } from './add/files.ts'
import { stopOnSignals } from './files/apply.ts'
import { readPresent } from './files/plan.ts'
import { planThreeWay } from './files/three-way.ts'
import {
  folderQuestion,
  type Generator,
  type Place,
  type WriteAnswers,
  type Written,
  write,
} from './generator.ts'
import { InputError, quote } from './input-error.ts'
import { makeTree } from './template/compose.ts'
import { findPackageManager } from './template/package-managers.ts'
import {
  type AppRecord,
  findRecord,
  flagsOf,
  hashOf,
  parseRecord,
  recordFile,
  withoutRecord,
} from './template/record.ts'
import { readTree, type Tree, textOf } from './template/tree.ts'

/** What the owner of an app decides about its update. */
export interface UpdateAnswers extends WriteAnswers {
  dir: string
  /** The package that made the app, as a file; that of the registry where it is not given. */
  from?: string
}

/** Brings an app up to the template of this version. */
export const updateGenerator: Generator<UpdateAnswers> = {
  name: 'update',
  description: 'the files of this version for an app of an earlier one',
  questions: (place) => [folderQuestion('Folder of the app', (dir) => readApp(dir, place))],
  run: update,
}

async function update(answers: UpdateAnswers, place: Place): Promise<Written> {
  const { dir, from: tarball, onConflict = 'error', dryRun = false } = answers
  const folder = resolve(place.cwd, dir)
  const record = readApp(dir, place)
  const { options, version: from } = record
  const { manager } = findPackageManager(options.packageManager)
  const to = packageJson.version
  const next = makeTree(options, place.template)
  if (from === to && hasMade(next, record)) {
    const notes = [`The app has the files of ${to} already: there is nothing to do.`]
    return { folder, manager, changes: [], notes, warnings: [], nextSteps: [] }
  }
  const made = await treeOfPackage(record, tarball, place.cwd)
  const base = made ?? treeOfHashes(folder, next, record)
  const updated = {
    ...planThreeWay({ base, next }, { folder, onConflict, goal: `update to ${to}` }),
    folder,
    manager,
    notes: [`The app ${dryRun ? 'would have' : 'has'} the files of ${to}; it was made by ${from}.`],
    warnings: made ? [] : [withoutBase(from)],
    nextSteps: ['npm test  # shows that all is well'],
  }
  return write(updated, dryRun)
}

function readApp(dir: string, { template, cwd }: Place): AppRecord {
  const folder = resolve(cwd, dir)
  const record = findRecord(folder)
  if (record) return record
  const store = storeOfProject(template, folder)
  if (store === undefined) throw withoutRecord(dir)
  throw new InputError(
    `${quote(dir)} is no app of ours but a project with our sessions: "create-sess-app add --store ${store} --on-conflict overwrite" in it brings src/session/ up to this version, and what you have edited there goes`,
  )
}

/** Whether a tree is the one that an app began with, as far as the record tells. */
function hasMade(tree: Tree, { files }: AppRecord): boolean {
  const { files: made } = parseRecord(textOf(tree, recordFile) ?? '')
  // By another Node, it would name another package that brings Node.
  const [there, ours] = [files, made].map((hashes) => hashes && { ...hashes, 'package.json': '' })
  return isDeepStrictEqual(there, ours)
}

/** The app as the package that made it makes it; undefined where that cannot be had from the registry. */
async function treeOfPackage(
  record: AppRecord,
  tarball: string | undefined,
  from: string,
): Promise<Tree | undefined> {
  const { version, options } = record
  const cwd = mkdtempSync(join(tmpdir(), 'create-sess-app-'))
  const stopped = new AbortController()
  const { signal } = stopped
  const run = (command: string, args: string[]) =>
    x(command, args, { throwOnError: true, nodePath: false, nodeOptions: { cwd }, signal })
  const remove = () => {
    // First, as npm would go on to write there.
    stopped.abort()
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 })
  }
  const release = stopOnSignals('Interrupted: nothing was written.', remove)
  try {
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock']
    // There is a way without it, so that nobody waits for a registry that is away as long as npm does.
    const soon = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000']
    const wanted = tarball ? resolve(from, tarball) : `create-sess-app@${version}`
    await run('npm', ['install', ...quiet, ...soon, wanted])
    const bin = join(cwd, 'node_modules/create-sess-app/dist/create-sess-app.cjs')
    const filesOnly = ['--yes', '--no-install', '--no-git']
    // Behind the dashes, as it may have the name of a command.
    await run(process.execPath, [bin, ...flagsOf(options), ...filesOnly, '--', options.name])
    // Read now, as the folder goes.
    const files = [...readTree(join(cwd, options.name))]
    const tree = new Map(files.map(([path, file]) => [path, { ...file }]))
    if (hasMade(tree, record)) return tree
    throw new Error('its files are others than those that the app began with')
  } catch (error) {
    if (tarball === undefined) return undefined
    throw new InputError(
      `${quote(tarball)} does not make this app: name a file that "npm pack" has made of the create-sess-app ${version} that made it (${(error as Error).message})`,
    )
  } finally {
    remove()
    release()
  }
}

/** The app as it was made, as far as the hashes in its record tell: a file that is edited and changes is empty. */
function treeOfHashes(folder: string, next: Tree, { files, version }: AppRecord): Tree {
  if (files === undefined) {
    throw new InputError(
      `the app was made by a create-sess-app ${version} that recorded no hash of its files, and which could not be had: say --from <file>, which "npm pack" has made of it`,
    )
  }
  return new Map(
    Object.entries(files).map(([path, hash]) => {
      const there = readPresent(folder, path)
      const candidates = [next.get(path)?.bytes, there].filter((bytes) => bytes !== undefined)
      const bytes = candidates.find((each) => hashOf(each) === hash)
      const unknown = Buffer.from(path.endsWith('.json') ? '{}' : '')
      return [path, { bytes: bytes ?? unknown, mode: 0o644 }]
    }),
  )
}

const withoutBase = (version: string) =>
  `create-sess-app ${version} could not be had, so that what you have edited cannot be merged: --from <file> takes it from a file that "npm pack" has made`
