import { relative } from 'node:path'
import { translateCommands } from '../generators/app/translate.ts'
import type { Change } from '../generators/changes/changes.ts'
import { findPackageManager, type PackageManager } from '../generators/package-managers.ts'
import type { Refusal } from '../generators/refusal.ts'
import { stopOnSignals } from '../generators/signals.ts'
import type { Order } from './command.ts'
import { installDependencies } from './install.ts'
import { fileOutcomes, type Outcome } from './outcome.ts'
import { paint } from './paint.ts'
import { withProgress } from './progress.ts'
import { projectManager } from './project-manager.ts'
import { shellWord } from './shell-word.ts'

/** What a generator has written, or would write. */
export interface Made extends Omit<Outcome, 'dryRun' | 'files' | 'error' | 'exitCode'> {
  changes: Change[]
  /** In a dry run, why the real one would be refused. */
  refusal?: Refusal | undefined
  /** What is done after the install. */
  afterInstall?: () => Promise<{ note: string; failed?: Failed | undefined }>
}

/** A command that went wrong, and what it printed. */
interface Failed {
  command: string
  output: string
  /** The package manager that is not there. */
  missing?: PackageManager
}

/** Installs what was written, unless nobody wants that, and says what the whole run came to. */
export async function finish(order: Order, made: Made): Promise<Outcome> {
  const { changes, afterInstall, refusal, ...rest } = made
  const manager = managerOf(order, made)
  const inItsWords = (text: string) => translateCommands(text, manager)
  const dryRun = order.settled.dryRun === true
  const outcome = {
    ...{ dryRun, exitCode: 0, ...rest },
    warnings: [
      ...[...made.warnings, ...keptNotes(changes)],
      ...(refusal ? [refusal.message] : []),
    ].map(inItsWords),
    nextSteps: made.nextSteps.map(inItsWords),
    files: fileOutcomes(changes, { dryRun }),
  }
  if (dryRun && refusal) return { ...outcome, ...refuse(order, refusal) }
  if (dryRun) return outcome
  order.written()
  const folder = relative(process.cwd(), made.folder) || '.'
  const release = stopOnSignals(
    `Interrupted: the files in ${shellWord(folder)} stay; run ${manager.name} install there.${tellLogin(made)}`,
  )
  const installed = await install(order, made, manager)
  const { note, failed } = (await afterInstall?.()) ?? {}
  release()
  const failures = [installed, failed].flatMap((each) => (typeof each === 'object' ? each : []))
  const errors = failures.map((failure) => complain(failure, folder))
  return {
    ...outcome,
    ...(errors.length > 0 && { error: errors.join(' '), exitCode: 5 }),
    notes: [...outcome.notes, ...(note ? [note] : [])],
    nextSteps: [
      ...(folder === '.' ? [] : [`cd ${shellWord(folder)}`]),
      ...(installed === 'done' ? [] : [`${manager.name} install`]),
      ...outcome.nextSteps,
    ],
  }
}

// At quiet it is all that is said.
function refuse({ voice }: Order, { message, exitCode }: Refusal) {
  if (voice.quiet && !voice.json) sayError(message)
  return { error: message, exitCode }
}

/** What stays the owner's way in files that the app has too, where that may not do. */
function keptNotes(changes: Change[]): string[] {
  return changes.flatMap(({ path, kind, note }) => {
    if (note && kind === 'keep') return `${path} is kept as you have it (${note})`
    return note && kind === 'merge' ? `${path} keeps your ${note}` : []
  })
}

function tellLogin({ login }: Made): string {
  return login ? ` The password of ${login.user} is ${login.password}.` : ''
}

function managerOf({ settled }: Order, { folder }: Made): PackageManager {
  const { packageManager } = settled
  return packageManager ? findPackageManager(packageManager).manager : projectManager(folder)
}

async function install(
  { settled, voice }: Order,
  { folder, changes }: Made,
  manager: PackageManager,
): Promise<'done' | 'left' | Failed> {
  const isNeeded = changes.some(({ kind }) => kind !== 'same' && kind !== 'keep')
  if (!settled.install || !isNeeded) return 'left'
  const { ok, found, output } = await withProgress(
    {
      voice,
      doing: `Installing the dependencies with ${manager.name}`,
      done: (result) => (result.ok ? 'Installed the dependencies' : 'The install failed'),
    },
    () => installDependencies(folder, manager),
  )
  if (ok) return 'done'
  return { command: `${manager.name} install`, output, ...(!found && { missing: manager }) }
}

const linesShown = 20

function complain({ command, output, missing }: Failed, folder: string): string {
  const again = folder === '.' ? command : `cd ${shellWord(folder)} && ${command}`
  const message = missing
    ? `${missing.name} is not installed; the files stay. First ${missing.howToGet}, then run: ${again}`
    : `${command} failed; the files stay. Run it again: ${again}`
  if (!missing) console.error(output.split('\n').slice(-linesShown).join('\n'))
  sayError(message)
  return message
}

function sayError(message: string): void {
  console.error(`${paint('red', 'create-sess-app:', process.stderr)} ${message}`)
}
