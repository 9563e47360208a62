import { editedChoices } from '../generators/switch/plan.ts'
import { switchGenerator, switchStore } from '../generators/switch/switch.ts'
import { againInFolder } from './again.ts'
import type { Command, Order } from './command.ts'
import { finish } from './finish.ts'
import { hasUncommitted } from './git.ts'
import {
  commonOptions,
  conflictOption,
  installOption,
  type Option,
  questionOptions,
} from './options.ts'
import type { Outcome } from './outcome.ts'

/** Gives an app of ours another store. */
export const switchCommand: Command = {
  name: 'switch',
  about: 'another store for the sessions of an app',
  options: (template, cwd) => [
    ...questionOptions(switchGenerator.questions(template, cwd)),
    installOption,
    editedOption,
    ...commonOptions,
  ],
  run: switchApp,
}

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
  choices: editedChoices,
}

async function switchApp(order: Order): Promise<Outcome> {
  const { settled, template } = order
  const { store } = settled
  const isDirty = await hasUncommitted(settled.dir)
  const { from, packageManager, warnings, ...switched } = await switchStore(settled, { template })
  const command = againInFolder('switch', settled)
  if (from === store) return nothingToDo(order, { folder: switched.folder, command })
  return finish(
    { ...order, settled: { ...settled, packageManager } },
    {
      ...switched,
      command,
      notes: [
        settled.dryRun
          ? `Sessions would live in ${store}, and no longer in ${from}.`
          : `Sessions live in ${store} from now on, and no longer in ${from}.`,
      ],
      warnings: [...warnings, ...(isDirty ? [uncommitted] : [])],
    },
  )
}

function nothingToDo(
  { settled }: Order,
  { folder, command }: Pick<Outcome, 'folder' | 'command'>,
): Outcome {
  return {
    ...{ folder, command, warnings: [], files: [], nextSteps: [], exitCode: 0 },
    dryRun: settled.dryRun === true,
    notes: [`Sessions live in ${settled.store} already: there is nothing to do.`],
  }
}

const uncommitted =
  'not all was committed before: git diff shows your changes and those of the switch in one'
