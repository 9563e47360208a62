import { Refusal } from '../generators/refusal.ts'
import { defaultStore, listStores } from '../generators/stores.ts'
import { templateFiles } from '../generators/template.ts'
import packageJson from '../package.json' with { type: 'json' }
import { checkSaid, givenSecret, type Settled, takeUsual, tellUsual } from './answers.ts'
import { readArguments } from './arguments.ts'
import { ask } from './ask.ts'
import { refuseEatenFlags } from './eaten-flags.ts'
import { helpText } from './help.ts'
import { makeApp } from './make-app.ts'
import { commandOptions, type Option, type Said } from './options.ts'

/** The command from its arguments to its exit code; `written` is called once the app is there. */
export async function run(args: string[], written: () => void): Promise<number> {
  const template = templateFiles()
  const options = commandOptions(template, currentFolder())
  refuseEatenFlags(args, options)
  const said = readArguments(args, options)
  if (said.help) return tell(helpText(options, packageJson.version))
  if (said.version) return tell(packageJson.version)
  if (said.listStores) return tell(storeTable(listStores(template)))
  checkSaid(said, options)
  const secret = await givenSecret(said)
  const settled = await settle(said, options)
  return settled ? makeApp({ settled, secret, template, options, written }) : 130
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    throw new Refusal('the folder that you are in is gone: change to one that is there')
  }
}

async function settle(said: Said, options: Option[]): Promise<Settled | undefined> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI
  if (terminal && !said.yes) {
    const answered = await ask(said, options)
    return answered && takeUsual(answered, options)
  }
  const settled = takeUsual(said, options)
  const told = tellUsual(said, settled, options)
  if (told.length > 0) tell(['Defaults taken, and what changes them:', ...told].join('\n'))
  return settled
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

function tell(text: string): 0 {
  console.log(text)
  return 0
}
