import { relative } from 'node:path'
import { stopOnSignals } from '../generators/files/apply.ts'
import type { Change } from '../generators/files/plan.ts'
import type { Written } from '../generators/generator.ts'
import { shellWord, stepsAfter } from '../generators/template/next-steps.ts'
import { type Failed, installDependencies } from './install.ts'
import type { Order } from './options.ts'
import { printError, showProgress } from './output.ts'
import { fileOutcomes, type Outcome } from './report.ts'

/** What a generator has written, or would write, and what the command has to say of it. */
export interface Made extends Written {
  /** What is done after the install. */
  afterInstall?: () => Promise<{ note: string; failed?: Failed }>
}

/** Installs what was written, unless nobody wants that, and says what the whole run came to. */
export async function finish(order: Order, made: Made): Promise<Outcome> {
  const { folder, changes, manager, notes, nextSteps, login, error } = made
  const { output, given, command } = order
  const { dryRun = false } = given
  const outcome: Outcome = {
    dryRun,
    exitCode: 0,
    folder,
    notes,
    warnings: [...made.warnings, ...keptNotes(changes), ...(error ? [error.message] : [])],
    nextSteps,
    command,
    login,
    files: fileOutcomes(changes, dryRun),
  }
  if (error) {
    // At quiet it is all that is said.
    if (output.quiet && !output.json) printError(error.message)
    return { ...outcome, error: error.message, exitCode: error.exitCode }
  }
  if (dryRun || changes.length === 0) return outcome
  const place = relative(process.cwd(), folder) || '.'
  const password = login ? ` The password of ${login.user} is ${login.password}.` : ''
  // From now on, in place of the word that nothing was written.
  stopOnSignals(
    `Interrupted: the files in ${shellWord(place)} stay; run ${manager.name} install there.${password}`,
  )
  const isInstalled =
    given.install && changes.some(({ kind }) => kind !== 'same' && kind !== 'keep')
  const notInstalled = isInstalled ? await install(order, made) : undefined
  const { note, failed } = (await made.afterInstall?.()) ?? {}
  const failures = [notInstalled, failed].filter((failure) => failure !== undefined)
  const errors = failures.map((failure) => explain(failure, place))
  return {
    ...outcome,
    ...(errors.length > 0 && { error: errors.join(' '), exitCode: 5 }),
    notes: [...notes, ...(note ? [note] : [])],
    nextSteps: stepsAfter(made, isInstalled && !notInstalled),
  }
}

/** What stays the owner's way in files that the app has too, where that may not do. */
function keptNotes(changes: Change[]): string[] {
  return changes.flatMap(({ path, kind, note }) => {
    if (note && kind === 'keep') return `${path} is kept as you have it (${note})`
    return note && kind === 'merge' ? `${path} keeps your ${note}` : []
  })
}

async function install({ output }: Order, made: Made): Promise<Failed | undefined> {
  const { folder, manager } = made
  const doing = `Installing the dependencies with ${manager.name}`
  const seconds = showProgress(output, doing)
  const { ok, found, output: printed } = await installDependencies(folder, manager)
  output.info(`${ok ? 'Installed the dependencies' : 'The install failed'} (${seconds()})`)
  if (ok) return undefined
  const missing = found ? undefined : manager
  return { command: `${manager.name} install`, output: printed, missing }
}

const linesShown = 20

function explain({ command, output, missing }: Failed, folder: string): string {
  const rerun = folder === '.' ? command : `cd ${shellWord(folder)} && ${command}`
  const message = missing
    ? `${missing.name} is not installed; the files stay. First ${missing.howToGet}, then run: ${rerun}`
    : `${command} failed; the files stay. Run it again: ${rerun}`
  if (!missing) console.error(output.split('\n').slice(-linesShown).join('\n'))
  printError(message)
  return message
}
