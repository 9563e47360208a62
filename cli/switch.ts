import { editedChoices } from '../generators/files/three-way.ts'
import { runGenerator } from '../generators/plop.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { finish, rerunInFolder } from './finish.ts'
import { hasUncommitted } from './git.ts'
import {
  type Command,
  commonOptions,
  conflictOption,
  installOption,
  type Option,
  type Order,
  questionOptions,
} from './options.ts'
import type { Outcome } from './report.ts'

/** Gives an app of ours another store. */
export const switchCommand: Command = {
  name: 'switch',
  description: 'another store for the sessions of an app',
  options: (place) => [
    ...questionOptions(switchGenerator.questions(place)),
    installOption,
    editedOption,
    ...commonOptions,
  ],
  announce: ({ dir = '.', store }, place) => adviseBefore({ dir, store }, place),
  run: switchApp,
}

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
  choices: editedChoices,
}

async function switchApp(order: Order): Promise<Outcome> {
  const { given, place } = order
  const { store, dryRun = false } = given
  const isDirty = await hasUncommitted(given.dir)
  const switched = await runGenerator(switchGenerator, given, place)
  const { folder, from, warnings } = switched
  const command = rerunInFolder('switch', given)
  if (from === store) {
    const notes = [`Sessions live in ${store} already: there is nothing to do.`]
    return { folder, command, dryRun, notes, warnings, nextSteps: [], files: [], exitCode: 0 }
  }
  return finish(order, {
    ...switched,
    command,
    notes: [
      dryRun
        ? `Sessions would live in ${store}, and no longer in ${from}.`
        : `Sessions live in ${store} from now on, and no longer in ${from}.`,
    ],
    warnings: [...warnings, ...(isDirty ? [uncommitted] : [])],
  })
}

const uncommitted =
  'not all was committed before: git diff shows your changes and those of the switch in one'
