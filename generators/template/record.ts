import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { InputError } from '../input-error.ts'
import type { TreeAnswers } from './answers.ts'
import { findPackageManager } from './package-managers.ts'
import { parseJson, putText, type Tree } from './tree.ts'

/** What an app was made from, as it stands in the app; `switch` makes the app once more from it. */
export interface AppRecord {
  version: string
  /** Makes the same app again, but for its secrets. */
  command: string
  options: RecordedOptions
  /** A hash of each file as it was made, so that an update knows which nobody has edited. */
  files?: Record<string, string>
}

/** The answers that decide what is in the files of an app; its package manager with a version, where the app names one. */
export type RecordedOptions = Omit<TreeAnswers, 'secret' | 'password'> & { packageManager: string }

/** Where the record lies in an app. */
export const recordFile = '.create-sess-app.json'

/** Puts the record of its making into an app. */
export function putRecord(tree: Tree, answers: RecordedOptions): void {
  const { name, store, minimal, lifetime, maxLifetime, permanent, packageManager } = answers
  const { nodePackage } = answers
  const options: RecordedOptions = {
    name,
    store,
    minimal,
    lifetime,
    maxLifetime,
    permanent,
    packageManager,
    ...(nodePackage && { nodePackage }),
  }
  const { version } = packageJson
  const fixed = [...tree].filter(([path]) => path !== '.env' && path !== 'data/users.json')
  const hashes = fixed.map(([path, { bytes }]) => [path, hashOf(bytes)])
  const files = Object.fromEntries(hashes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  const record: AppRecord = { version, command: commandFor(options), options, files }
  putText(tree, recordFile, `${JSON.stringify(record, null, 2)}\n`)
}

/** The record in the text of its file; throws when it is none, or one of another version of us, which is named with the words to run it with. */
export function readRecord(text: string, words: string): AppRecord {
  const record = parseRecord(text)
  const { version } = record
  if (version === packageJson.version) return record
  throw new InputError(
    `this app was made by version ${version}, and this is ${packageJson.version}, whose files are others: run "npx create-sess-app@${version} ${words}" in the folder of the app`,
  )
}

const recordedTexts = ['name', 'store', 'lifetime', 'maxLifetime', 'packageManager'] as const

/** The store of the app in a folder, of whatever version; undefined where there is no app. */
export function storeOfApp(folder: string): string | undefined {
  try {
    return parseRecord(readFileSync(join(folder, recordFile), 'utf8')).options.store
  } catch {
    return undefined
  }
}

/** The hash by which a record knows a file, whatever its line ends. */
export function hashOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n')
  return createHash('sha256').update(text, 'latin1').digest('base64url').slice(0, 12)
}

/** The record in the text of its file, of whatever version; throws where it is none. */
export function parseRecord(text: string): AppRecord {
  try {
    const record = parseJson(text) as AppRecord
    const { options } = record
    const isVersion = /^\d+\.\d+\.\d+[\w.+-]*$/.test(record.version)
    const { minimal, permanent, nodePackage = '', ...texts } = options
    const isComplete =
      recordedTexts.every((name) => typeof texts[name] === 'string') &&
      typeof minimal === 'boolean' &&
      typeof permanent === 'boolean' &&
      typeof nodePackage === 'string'
    if (isVersion && isComplete) return record
  } catch {}
  throw new InputError(`${recordFile} is no record of an app: take it back from your repository`)
}

type CommandOptions = Omit<RecordedOptions, 'nodePackage' | 'packageManager'> & {
  packageManager?: string
}

/** The flags that make an app with these options. */
export function flagsOf(options: CommandOptions): string[] {
  const { store, minimal, lifetime, maxLifetime, permanent, packageManager } = options
  return [
    '--store',
    store,
    ...(minimal ? ['--minimal'] : []),
    '--lifetime',
    lifetime,
    '--max-lifetime',
    maxLifetime,
    ...(permanent ? ['--permanent'] : []),
    '--package-manager',
    findPackageManager(packageManager).answer,
  ]
}

/** The command that makes an app with these options; `dir` and `flags` say what concerns one run only, quoted as a shell needs it. */
export function commandFor(
  options: CommandOptions,
  { dir = options.name, flags = [] }: { dir?: string; flags?: string[] } = {},
): string {
  const command = `npx create-sess-app@${packageJson.version} ${dir}`
  return [command, ...flagsOf(options), ...flags, '--yes'].join(' ')
}
