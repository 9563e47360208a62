import { editedChoices } from '../generators/files/three-way.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { updateGenerator } from '../generators/update.ts'
import { runInFolder } from './finish.ts'
import { hasUncommitted } from './git.ts'
import {
  type Command,
  commonOptions,
  conflictOption,
  installOption,
  type Option,
  questionOptions,
} from './options.ts'

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
  run: (order) => runInFolder(switchGenerator, order, warnOfChanges),
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
  run: (order) => runInFolder(updateGenerator, order, warnOfChanges),
}

const warnOfChanges = async (folder: string) =>
  (await hasUncommitted(folder))
    ? ['not all was committed before: git diff shows your changes and those of this run in one']
    : []
