import { addGenerator } from '../generators/add.ts'
import { runGenerator } from '../generators/plop.ts'
import { finish, rerunInFolder } from './finish.ts'
import { isTracked } from './git.ts'
import {
  type Command,
  commonOptions,
  conflictOption,
  installOption,
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
    conflictOption,
    ...commonOptions,
  ],
  run: addToProject,
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
