import { Refusal } from '../generators/refusal.ts'
import { defaultStore, listStores } from '../generators/stores.ts'
import { templateFiles } from '../generators/template.ts'
import packageJson from '../package.json' with { type: 'json' }
import { checkSaid } from './answers.ts'
import { readArguments } from './arguments.ts'
import { forNow } from './ask.ts'
import { chooseCommand, commands } from './commands.ts'
import { helpText } from './help.ts'
import { refuseEatenFlags } from './npm-flags.ts'
import { isTerminal, settle } from './settle.ts'
import { onlyNow, summary } from './summary.ts'
import type { Voice } from './voice.ts'

/** What a run has for standard output, and its exit code. */
export interface Answer {
  print?: string
  exitCode: number
}

/** The command from its arguments to its answer; `written` is called once files are there. */
export async function run(args: string[], voice: Voice, written: () => void): Promise<Answer> {
  const template = templateFiles()
  const cwd = currentFolder()
  const { command, rest } = chooseCommand(args, { template, cwd })
  const options = command.options(template, cwd)
  refuseEatenFlags(rest, { command, options })
  const said = readArguments(rest, options)
  // As in -yq.
  if (said.quiet) voice.quiet = true
  const answer = (name: string, value: unknown, text = `${value}`): Answer => ({
    print: voice.json ? JSON.stringify({ [name]: value, exitCode: 0 }, null, 2) : text,
    exitCode: 0,
  })
  if (said.help) return answer('help', helpText({ command, commands, options }))
  if (said.version) return answer('version', packageJson.version)
  if (said.listStores) {
    const stores = listStores(template)
    return answer('stores', stores, storeTable(stores))
  }
  const isAsked = isTerminal(voice) && !said.yes
  checkSaid(isAsked ? forNow(said) : said, options)
  const prepared = (await command.prepare?.(said)) ?? said
  const settled = await settle(prepared, { options, voice })
  if (!settled) return { exitCode: 130 }
  const outcome = await command.run({ settled, template, voice, written })
  if (voice.json) return { print: JSON.stringify(outcome, null, 2), exitCode: outcome.exitCode }
  voice.insist(voice.quiet ? onlyNow(outcome) : summary(outcome))
  return { exitCode: outcome.exitCode }
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    throw new Refusal('the folder that you are in is gone: change to one that is there')
  }
}

function storeTable(stores: { name: string; description: string }[]): string {
  const width = Math.max(...stores.map(({ name }) => name.length)) + 2
  return stores
    .map(({ name, description }) => {
      const note = name === defaultStore ? ' (the default)' : ''
      return name.padEnd(width) + description + note
    })
    .join('\n')
}
