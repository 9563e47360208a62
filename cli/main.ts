import { writeSync } from 'node:fs'
import { stopOnSignals } from '../generators/files/apply.ts'
import { attempt, InputError } from '../generators/input-error.ts'
import { defaultStore, listStores } from '../generators/template/layers.ts'
import { templateFiles } from '../generators/template/tree.ts'
import packageJson from '../package.json' with { type: 'json' }
import { checkGiven, readSecret, resolveAnswers } from './answers.ts'
import { commands } from './commands.ts'
import { helpText } from './help.ts'
import { checkNpmFlags } from './npm-flags.ts'
import { type Command, commandLine, type Given, readArguments } from './options.ts'
import { alignColumns, findOutput, isTerminal, type Output, printError } from './output.ts'
import { credentials, summary } from './report.ts'

/** The command that the first word names, and the arguments without that word; the word help asks for that of the next one. */
function chooseCommand(args: string[]): { command: Command; rest: string[] } {
  const [first, ...others] = args
  if (first === 'help') {
    const { command, rest } = chooseCommand(others)
    // Whoever says it again, as in "help --help", means no more.
    const words = rest.filter((word) => word !== '-h' && word !== '--help')
    return { command, rest: [...words, '--help'] }
  }
  const command = commands.find(({ name }) => name !== '' && name === first)
  return command ? { command, rest: others } : { command: commands[0], rest: args }
}

/** The command from its arguments to its exit code. */
async function run(args: string[], output: Output): Promise<number> {
  const place = { template: templateFiles(), cwd: process.cwd() }
  const { command, rest } = chooseCommand(args)
  const options = command.options(place)
  checkNpmFlags(rest, { command, options })
  const given = readArguments(rest, options)
  const words = ['help', ...commands.map(({ name }) => name)]
  if (given.dir && words.includes(given.dir) && !rest.includes('--')) {
    throw new InputError(`say ${given.dir} first, or ./${given.dir} for a folder of that name`)
  }
  const print = (value: object, text: string) => {
    process.stdout.write(`${output.json ? JSON.stringify(value, null, 2) : text}\n`)
    return 0
  }
  if (given.help) {
    const help = helpText(command, commands, options)
    return print({ help, exitCode: 0 }, help)
  }
  const { version } = packageJson
  if (given.version) return print({ version, exitCode: 0 }, version)
  if (given.listStores) {
    const stores = listStores(place.template)
    return print({ stores, exitCode: 0 }, storeTable(stores))
  }
  const isAsked = isTerminal(output) && !given.yes
  checkGiven(given, options, isAsked)
  const prepared = await readSecret(given)
  const announce = async (answers: Given) => {
    const text = answers.dryRun ? undefined : await command.announce?.(answers, place)
    if (text) output.info(`Before it begins: ${text}`)
  }
  // Whoever is asked hears it while there is time to break off.
  if (isAsked) await announce(given)
  const resolved = await resolveAnswers(prepared, { options, output, isAsked })
  if (!resolved) return 130
  if (!isAsked) await announce(resolved)
  const again = commandLine(resolved, command, options)
  const outcome = await command.run({ given: resolved, command: again, place, output })
  if (output.json) print(outcome, '')
  else output.always(output.quiet ? credentials(outcome) : summary(outcome))
  return outcome.exitCode
}

function storeTable(stores: { name: string; description: string }[]): string {
  const rows = stores.map(({ name, description }) => {
    return [name, name === defaultStore ? `${description} (the default)` : description]
  })
  return alignColumns(rows)
}

// Whoever reads us may stop early, as head does.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const args = process.argv.slice(2)
const output = findOutput(args)
stopOnSignals('Interrupted: nothing was written.')

// A program that asked for one object gets one after a Ctrl-C, too.
const tellProgram = (exitCode: number) => {
  const error = 'interrupted, see standard error'
  // Maybe nobody reads it any more.
  attempt(() => writeSync(1, `${JSON.stringify({ error, exitCode })}\n`))
}
if (output.json) process.once('exit', tellProgram)

// A Ctrl-D closes the keyboard, so that a question never gets its answer.
const endAsking = () => void process.emit('SIGINT')
process.once('beforeExit', endAsking)

async function main(): Promise<void> {
  try {
    process.exitCode = await run(args, output)
  } catch (error) {
    const message = (error as Error).message.replace(/\s*\n\s*/g, ' ')
    const exitCode = error instanceof InputError ? error.exitCode : 1
    if (output.json) process.stdout.write(`${JSON.stringify({ error: message, exitCode })}\n`)
    printError(message)
    process.exitCode = exitCode
  } finally {
    process.removeListener('exit', tellProgram)
    process.removeListener('beforeExit', endAsking)
  }
}

void main()
