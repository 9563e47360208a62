import { resolve } from 'node:path'
import { readProject } from '../generators/add/project.ts'
import { addGenerator } from '../generators/add.ts'
import type { Generator } from '../generators/generator.ts'
import { runGenerator } from '../generators/plop.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { shellWord } from '../generators/template/next-steps.ts'
import { updateGenerator } from '../generators/update.ts'
import packageJson from '../package.json' with { type: 'json' }
import { finish, rerunFlags } from './finish.ts'
import { hasUncommitted, isTracked } from './git.ts'
import { type Command, conflictOption, type Option, optionsFor, type Resolved } from './options.ts'
import { trackedEnv } from './warnings.ts'

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
}

/** Gives an app of ours another store. */
export const switchCommand: Command = {
  name: 'switch',
  description: switchGenerator.description,
  options: (place) => optionsFor(switchGenerator.questions(place), [editedOption]),
  announce: ({ dir = '.', store }, place) => adviseBefore({ dir, store }, place),
  run: runInFolder(switchGenerator, warnOfChanges),
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
  run: runInFolder(updateGenerator, warnOfChanges),
}

/** Adds sessions to an Express project that is there. */
export const addCommand: Command = {
  name: 'add',
  description: addGenerator.description,
  options: (place) =>
    optionsFor(addGenerator.questions(place), [tsconfigIn(place.cwd), conflictOption]),
  run: runInFolder(addGenerator, warnOfSecrets),
}

/** Asked about only where tsconfig.json lacks it, and nobody has decided about it. */
function tsconfigIn(cwd: string): Option {
  const isMissing = (dir: string) => {
    try {
      return readProject(dir, cwd).typescript?.mended !== undefined
    } catch {
      // What is wrong with the folder is said by the question for it.
      return false
    }
  }
  return {
    name: 'tsconfig',
    default: false,
    message: 'Set in tsconfig.json that files import "./x.ts", as src/session/ does',
    asked: ({ dir = '.' }) => isMissing(dir),
  }
}

async function warnOfChanges(folder: string): Promise<string[]> {
  const mixed = 'git diff shows your changes and those of this run in one'
  return (await hasUncommitted(folder)) ? [`not all was committed before: ${mixed}`] : []
}

async function warnOfSecrets(folder: string): Promise<string[]> {
  return (await isTracked(folder, '.env')) ? [trackedEnv] : []
}

// What there is to mind in the folder is as it was before anything is changed.
function runInFolder(
  generator: Generator<Resolved>,
  warn: (folder: string) => Promise<string[]>,
): Command['run'] {
  return async (order) => {
    const { given, place } = order
    const { dir, store, from } = given
    const found = await warn(resolve(place.cwd, dir))
    const made = await runGenerator(generator, given, place)
    const command = [
      `npx create-sess-app@${packageJson.version} ${generator.name} ${shellWord(dir)}`,
      ...(store ? [`--store ${store}`] : []),
      ...(from ? [`--from ${shellWord(from)}`] : []),
      ...rerunFlags(given),
    ]
    const warnings = made.changes.length > 0 ? [...made.warnings, ...found] : made.warnings
    return finish(order, { ...made, warnings, command: command.join(' ') })
  }
}
