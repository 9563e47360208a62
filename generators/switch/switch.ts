import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { readRecord, recordFile } from '../app/record.ts'
import { applyChanges } from '../changes/apply-changes.ts'
import { type Change, type OnConflict, readPresent } from '../changes/changes.ts'
import { type Generator, type Place, placeQuestions, runGenerator } from '../generator.ts'
import { quote, Refusal } from '../refusal.ts'
import { checkStore } from '../stores.ts'
import { adviseOnSwitch } from './advice.ts'
import { planSwitch, refusalOf } from './plan.ts'
import { switchTrees } from './trees.ts'

/** What the owner of an app decides about its new store. */
export interface SwitchAnswers {
  dir: string
  store: string
  /** What to do with files that both the owner and the switch change; `error` where it is not said. */
  onConflict?: OnConflict
  /** Finds out what would be written, and writes nothing. */
  dryRun?: boolean
}

/** What came of a switch. */
export interface Switched {
  /** The app's folder, absolute. */
  folder: string
  /** The store that the app had; that of the answers where there was nothing to do. */
  from: string
  /** The app's package manager, as it is recorded. */
  packageManager: string
  /** Every file in which the two stores differ. */
  changes: Change[]
  warnings: string[]
  /** Commands and sentences, in their order, for after the install. */
  nextSteps: string[]
  /** When nothing was to be written: why that would be refused. */
  refusal?: Refusal
}

/** Gives an app another store. */
export const switchGenerator: Generator<SwitchAnswers, Switched> = {
  name: 'switch',
  description: 'another store for the sessions of an app',
  questions: (template, cwd) =>
    placeQuestions(template, {
      ...{ dir: 'Folder of the app', store: 'Where sessions are to live' },
      check: (dir) => readApp(dir, cwd),
    }),
  run: switchApp,
  tell: tellInShort,
}

/** Gives an app another store by the generator `switch`, all of it or nothing. */
export const switchStore = (answers: SwitchAnswers, place?: Partial<Place>) =>
  runGenerator(switchGenerator, answers, place)

async function switchApp(
  { dir, store, onConflict = 'error', dryRun = false }: SwitchAnswers,
  { template, cwd }: Place,
): Promise<Switched> {
  checkStore(template, store)
  const { folder, text } = readApp(dir, cwd)
  const { options } = readRecord(text, `switch --store ${store}`)
  checkStore(template, options.store)
  const about = { folder, from: options.store, packageManager: options.packageManager }
  if (options.store === store) return { ...about, changes: [], warnings: [], nextSteps: [] }
  const trees = await switchTrees({ template, options, store, folder })
  const changes = planSwitch({ ...trees, target: folder, onConflict })
  const refusal = refusalOf(changes, { store, onConflict })
  if (refusal && !dryRun) throw refusal
  if (!dryRun) await applyChanges(folder, changes)
  const advice = adviseOnSwitch({ ...trees, ...{ template, options, store, folder, dryRun } })
  return { ...about, changes, ...advice, ...(refusal && { refusal }) }
}

function readApp(dir: string, cwd: string): { folder: string; text: string } {
  const folder = resolve(cwd, dir)
  const record = isFolder(folder) ? readPresent(folder, recordFile) : undefined
  if (record) return { folder, text: record.toString('utf8') }
  throw new Refusal(
    `${quote(dir)} has no ${recordFile}, which says what an app was made from: name the folder of an app, or take that file back from your repository`,
  )
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function tellInShort({ changes, warnings, nextSteps }: Switched): string {
  if (changes.length === 0) return 'it has that store already: nothing to do'
  return [
    `${changes.length} files. Now install what package.json asks for, and then:`,
    ...[...nextSteps, ...warnings.map((warning) => `Mind: ${warning}`)],
  ].join('\n')
}
