import { readProject } from '../generators/add/project.ts'
import { addGenerator } from '../generators/add.ts'
import { runInFolder } from './finish.ts'
import { isTracked } from './git.ts'
import { type Command, conflictOption, type Option, optionsFor } from './options.ts'
import { trackedEnv } from './warnings.ts'

/** Adds sessions to an Express project that is there. */
export const addCommand: Command = {
  name: 'add',
  description: addGenerator.description,
  options: (place) =>
    optionsFor(addGenerator.questions(place), [tsconfigIn(place.cwd), conflictOption]),
  run: (order) =>
    runInFolder(addGenerator, order, async (folder) =>
      (await isTracked(folder, '.env')) ? [trackedEnv] : [],
    ),
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
