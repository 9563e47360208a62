import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import packageJson from '../../package.json' with { type: 'json' }
import { readPresent } from '../files/plan.ts'
import { attempt, InputError, quote } from '../input-error.ts'
import type { TreeAnswers } from './answers.ts'
import { folderWord } from './next-steps.ts'
import { findPackageManager } from './package-managers.ts'
import { parseJson, putText, type Tree } from './tree.ts'

/** What an app was made from, as it stands in the app; `switch` and `update` make the app once more from it. */
export interface AppRecord {
  version: string
  /** Makes the same app again, but for its secrets. */
  command: string
  options: RecordedOptions
  /** A hash of each file as it was made, so that an update knows which nobody has edited; the first edition wrote none. */
  files?: Record<string, string>
}

/** The answers that decide what is in the files of an app; its package manager with a version, where the app names one. */
export type RecordedOptions = Omit<TreeAnswers, 'secret' | 'password'> & { packageManager: string }

/** Where the record lies in an app. */
export const recordFile = '.create-sess-app.json'

const recordedTexts = ['name', 'store', 'lifetime', 'maxLifetime', 'packageManager'] as const
const recorded = [...recordedTexts, 'minimal', 'permanent', 'nodePackage'] as const

/** Puts the record of its making into an app. */
export function putRecord(tree: Tree, answers: RecordedOptions): void {
  const kept = recorded.map((name) => [name, answers[name]])
  const options = Object.fromEntries(kept) as RecordedOptions
  const { version } = packageJson
  const fixed = [...tree].filter(([path]) => path !== '.env' && path !== 'data/users.json')
  const hashes = fixed.map(([path, { bytes }]) => [path, hashOf(bytes)])
  const files = Object.fromEntries(hashes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  const flags = flagsOf(options).join(' ')
  const command = `npx create-sess-app@${version} ${folderWord(options.name)} ${flags} --yes`
  const record: AppRecord = { version, command, options, files }
  putText(tree, recordFile, `${JSON.stringify(record, null, 2)}\n`)
}

/** The record of the app in a folder, of whatever version; undefined where there is none. */
export function findRecord(folder: string): AppRecord | undefined {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
  const record = isFolder ? readPresent(folder, recordFile) : undefined
  return record && parseRecord(record.toString('utf8'))
}

/** Says that a folder as typed has no record. */
export const withoutRecord = (dir: string) =>
  new InputError(
    `${quote(dir)} has no ${recordFile}, which says what an app was made from: name the folder of an app, or take that file back from your repository`,
  )

/** The store of the app in a folder, of whatever version; undefined where there is no app. */
export const storeOfApp = (folder: string) => attempt(() => findRecord(folder)?.options.store)

/** The hash by which a record knows a file, whatever its line ends. */
export function hashOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n')
  return createHash('sha256').update(text, 'latin1').digest('base64url').slice(0, 12)
}

const isVersion = /^\d+\.\d+\.\d+[\w.+-]*$/
// Whoever made the repository can write what they like into it.
const isName = /^(@[^/\\]+\/)?[^/\\]+$/
const leadsOut = /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i

/** The record in the text of its file, of whatever version; throws where it is none, or leads out of its folder. */
export function parseRecord(text: string): AppRecord {
  try {
    const record = parseJson(text) as AppRecord
    const { options, version, files = {} } = record
    // The first edition had no such option.
    const { minimal = false, permanent, nodePackage = '' } = options
    const isComplete =
      recordedTexts.every((name) => typeof options[name] === 'string') &&
      typeof minimal === 'boolean' &&
      typeof permanent === 'boolean' &&
      typeof nodePackage === 'string'
    const isInside =
      isName.test(options.name) &&
      [options.name, ...Object.keys(files)].every((path) => !leadsOut.test(path))
    if (isComplete && isInside && isVersion.test(version)) {
      return { ...record, options: { ...options, minimal } }
    }
  } catch {}
  throw new InputError(`${recordFile} is no record of an app: take it back from your repository`)
}

/** The flags that make an app with these answers. */
export function flagsOf(answers: TreeAnswers): string[] {
  const { store, minimal, lifetime, maxLifetime, permanent, packageManager } = answers
  return [
    ...['--store', store],
    ...(minimal ? ['--minimal'] : []),
    ...['--lifetime', lifetime],
    ...['--max-lifetime', maxLifetime],
    ...(permanent ? ['--permanent'] : []),
    ...['--package-manager', findPackageManager(packageManager).answer],
  ]
}
