import { readProject } from '../generators/add/project.ts'
import { addGenerator } from '../generators/add.ts'
import { runGenerator } from '../generators/plop.ts'
import { finish, rerunInFolder } from './finish.ts'
import { isTracked } from './git.ts'
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
import { trackedEnv } from './warnings.ts'

/** Adds sessions to an Express project that is there. */
export const addCommand: Command = {
  name: 'add',
  description: 'sessions for an Express project that you have',
  options: (place) => [
    ...questionOptions(addGenerator.questions(place)),
    installOption,
    tsconfigIn(place.cwd),
    conflictOption,
    ...commonOptions,
  ],
  run: addToProject,
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

async function addToProject(order: Order): Promise<Outcome> {
  const { given, place } = order
  const added = await runGenerator(addGenerator, given, place)
  const { folder, changes, entry, lines, warnings, nextSteps } = added
  const isThere = changes.every(({ kind }) => kind === 'same')
  const live = given.dryRun && !isThere ? 'would live' : 'live'
  return finish(order, {
    ...added,
    warnings: [...warnings, ...((await isTracked(folder, '.env')) ? [trackedEnv] : [])],
    notes: [
      `Sessions ${live} in ${given.store}${isThere ? ' already' : ''}; src/session/README.md says how to use them.`,
    ],
    nextSteps: [
      [`put into ${entry}, above the routes that need a session:`, ...lines].join('\n    '),
      ...nextSteps,
    ],
    command: rerunInFolder('add', given),
  })
}
