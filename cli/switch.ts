import { editedChoices } from '../generators/files/three-way.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { updateGenerator } from '../generators/update.ts'
import { runInFolder } from './finish.ts'
import { hasUncommitted } from './git.ts'
import { type Command, conflictOption, type Option, optionsFor } from './options.ts'

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
  choices: editedChoices,
}

/** Gives an app of ours another store. */
export const switchCommand: Command = {
  name: 'switch',
  description: switchGenerator.description,
  options: (place) => optionsFor(switchGenerator.questions(place), [editedOption]),
  announce: ({ dir = '.', store }, place) => adviseBefore({ dir, store }, place),
  run: (order) => runInFolder(switchGenerator, order, warnOfChanges),
}

const fromOption: Option = {
  name: 'from',
  value: '<file>',
  message: 'The package that made the app, from a file',
}

/** Brings an app of ours up to this version. */
export const updateCommand: Command = {
  name: 'update',
  description: updateGenerator.description,
  options: (place) => optionsFor(updateGenerator.questions(place), [fromOption, editedOption]),
  run: (order) => runInFolder(updateGenerator, order, warnOfChanges),
}

const warnOfChanges = async (folder: string) =>
  (await hasUncommitted(folder))
    ? ['not all was committed before: git diff shows your changes and those of this run in one']
    : []
