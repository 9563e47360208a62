import { editedChoices } from '../generators/files/three-way.ts'
import type { Written } from '../generators/generator.ts'
import { runGenerator } from '../generators/plop.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { updateGenerator } from '../generators/update.ts'
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

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
  choices: editedChoices,
}

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

/** Brings an app of ours up to this version. */
export const updateCommand: Command = {
  name: 'update',
  description: 'the files of this version for an app of an earlier one',
  options: (place) => [
    ...questionOptions(updateGenerator.questions(place)),
    { name: 'from', value: '<file>', message: 'The package that made the app, from a file' },
    installOption,
    editedOption,
    ...commonOptions,
  ],
  run: updateApp,
}

async function switchApp(order: Order): Promise<Outcome> {
  const { given, place } = order
  const { store, dryRun } = given
  const isDirty = await hasUncommitted(given.dir)
  const switched = await runGenerator(switchGenerator, given, place)
  const { from } = switched
  const note =
    from === store
      ? `Sessions live in ${store} already: there is nothing to do.`
      : dryRun
        ? `Sessions would live in ${store}, and no longer in ${from}.`
        : `Sessions live in ${store} from now on, and no longer in ${from}.`
  return finishChanges(order, { ...switched, note, isDirty, name: 'switch' })
}

async function updateApp(order: Order): Promise<Outcome> {
  const { given, place } = order
  const isDirty = await hasUncommitted(given.dir)
  const updated = await runGenerator(updateGenerator, given, place)
  const { from, to, changes } = updated
  const note =
    changes.length === 0
      ? `The app has the files of ${to} already: there is nothing to do.`
      : `The app ${given.dryRun ? 'would have' : 'has'} the files of ${to}; it was made by ${from}.`
  return finishChanges(order, { ...updated, note, isDirty, name: 'update' })
}

async function finishChanges(
  order: Order,
  {
    note,
    isDirty,
    name,
    ...written
  }: Written & { note: string; isDirty: boolean; name: 'switch' | 'update' },
): Promise<Outcome> {
  const command = rerunInFolder(name, order.given)
  const { folder, changes, warnings } = written
  if (changes.length === 0) {
    const { dryRun = false } = order.given
    return {
      folder,
      command,
      dryRun,
      notes: [note],
      warnings,
      nextSteps: [],
      files: [],
      exitCode: 0,
    }
  }
  const uncommitted = `not all was committed before: git diff shows your changes and those of the ${name} in one`
  return finish(order, {
    ...written,
    command,
    notes: [note],
    warnings: [...warnings, ...(isDirty ? [uncommitted] : [])],
  })
}
