import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'
import packageJson from '../package.json' with { type: 'json' }
import { writeChanges } from './files/apply.ts'
import { readPresent } from './files/plan.ts'
import { planThreeWay, threeWayError } from './files/three-way.ts'
import type { Generator, Place, WriteAnswers, Written } from './generator.ts'
import { InputError, quote } from './input-error.ts'
import { keepSecrets } from './switch.ts'
import { makeTree } from './template/compose.ts'
import { summaryOf } from './template/next-steps.ts'
import { findPackageManager, translateCommands } from './template/package-managers.ts'
import { type AppRecord, flagsOf, hashOf, parseRecord, recordFile } from './template/record.ts'
import { readTree, type Tree } from './template/tree.ts'

/** What the owner of an app decides about its update. */
export interface UpdateAnswers extends WriteAnswers {
  dir: string
  /** The package that made the app, as a file; that of the registry where it is not given. */
  from?: string
}

/** What came of an update. */
export interface Updated extends Written {
  /** The versions that the app was made by, and now. */
  from: string
  to: string
}

/** Brings an app up to the template of this version. */
export const updateGenerator: Generator<UpdateAnswers, Updated> = {
  name: 'update',
  description: 'the files of this version for an app of an earlier one',
  questions: ({ cwd }) => [
    {
      name: 'dir',
      message: 'Folder of the app',
      default: '.',
      check: (dir) => readApp(resolve(cwd, dir), dir),
    },
  ],
  run: update,
  summarize,
}

async function update(
  { dir, from: tarball, onConflict = 'error', dryRun = false }: UpdateAnswers,
  { template, cwd }: Place,
): Promise<Updated> {
  const folder = resolve(cwd, dir)
  const record = readApp(folder, dir)
  const { options, version: from } = record
  const { manager } = findPackageManager(options.packageManager)
  const to = packageJson.version
  const done = { folder, from, to, manager, changes: [], warnings: [], nextSteps: [] }
  if (from === to && tarball === undefined) return done
  const next = await makeTree(options, template)
  const made = await treeOfPackage(record, { tarball, cwd })
  const base = made ?? treeOfHashes(folder, next, record)
  const trees = keepSecrets(folder, { base, next })
  const changes = planThreeWay({ ...trees, target: folder, onConflict })
  const error = threeWayError(changes, { step: 'update', to, onConflict })
  await writeChanges(folder, changes, { error, dryRun })
  const steps = ['npm test  # shows that all is well']
  return {
    ...done,
    changes,
    warnings: made ? [] : [withoutBase(from)],
    nextSteps: steps.map((step) => translateCommands(step, manager)),
    ...(error && { error }),
  }
}

function readApp(folder: string, dir: string): AppRecord {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
  const record = isFolder ? readPresent(folder, recordFile) : undefined
  if (record) return parseRecord(record.toString('utf8'))
  throw new InputError(
    `${quote(dir)} has no ${recordFile}, which says what an app was made from: name the folder of an app, or take that file back from your repository`,
  )
}

/** The app as the package that made it makes it; undefined where that cannot be had, unless it was given. */
async function treeOfPackage(
  { version, options }: AppRecord,
  { tarball, cwd: from }: { tarball: string | undefined; cwd: string },
): Promise<Tree | undefined> {
  const cwd = mkdtempSync(join(tmpdir(), 'create-sess-app-'))
  const run = (command: string, args: string[]) =>
    x(command, args, { throwOnError: true, nodePath: false, nodeOptions: { cwd } })
  try {
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
    const quiet = [
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--no-package-lock',
      '--fetch-retries=1',
    ]
    await run('npm', [
      'install',
      ...quiet,
      tarball ? resolve(from, tarball) : `create-sess-app@${version}`,
    ])
    const bin = join(cwd, 'node_modules/create-sess-app/dist/create-sess-app.cjs')
    await run(process.execPath, [
      bin,
      options.name,
      ...flagsOf(options),
      '--yes',
      '--no-install',
      '--no-git',
    ])
    // Read now, as the folder goes.
    const tree = readTree(join(cwd, options.name))
    return new Map([...tree].map(([path, file]) => [path, { ...file }]))
  } catch (error) {
    if (tarball === undefined) return undefined
    throw new InputError(
      `${quote(tarball)} makes no app: name a file that "npm pack" has made of create-sess-app ${version} (${(error as Error).message})`,
    )
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

/** The app as it was made, as far as the hashes in its record tell: a file that is edited and changes is empty. */
function treeOfHashes(folder: string, next: Tree, { files = {} }: AppRecord): Tree {
  return new Map(
    Object.entries(files).map(([path, hash]) => {
      const there = readPresent(folder, path)
      const candidates = [next.get(path)?.bytes, there].filter((bytes) => bytes !== undefined)
      const bytes = candidates.find((each) => hashOf(each) === hash)
      return [
        path,
        { bytes: bytes ?? Buffer.from(path.endsWith('.json') ? '{}' : ''), mode: 0o644 },
      ]
    }),
  )
}

const withoutBase = (version: string) =>
  `create-sess-app ${version} could not be had, so that what you have edited cannot be merged: --from <file> takes it from a file that "npm pack" has made`

function summarize(updated: Updated): string {
  const { from, to, changes } = updated
  if (changes.length === 0) return `it has the files of ${to} already: nothing to do`
  return summaryOf([`${changes.length} files, from ${from} to ${to}`], updated)
}
