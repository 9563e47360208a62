import { addGenerator, addSessions } from '../generators/add/add.ts'
import { againInFolder } from './again.ts'
import { trackedEnv } from './app-warnings.ts'
import type { Command, Order } from './command.ts'
import { finish } from './finish.ts'
import { isTracked } from './git.ts'
import { commonOptions, conflictOption, installOption, questionOptions } from './options.ts'
import type { Outcome } from './outcome.ts'

/** Adds sessions to an Express project that is there. */
export const addCommand: Command = {
  name: 'add',
  about: 'sessions for an Express project that you have',
  options: (template, cwd) => [
    ...questionOptions(addGenerator.questions(template, cwd)),
    installOption,
    conflictOption,
    ...commonOptions,
  ],
  run: addToProject,
}

async function addToProject(order: Order): Promise<Outcome> {
  const { settled, template } = order
  const addition = await addSessions(settled, { template })
  const { folder, changes, entry, lines, warnings, steps, refusal } = addition
  const isThere = changes.every(({ kind }) => kind === 'same')
  return finish(order, {
    ...{ folder, changes, refusal },
    warnings: [...warnings, ...((await isTracked(folder, '.env')) ? [trackedEnv] : [])],
    notes: [
      `Sessions ${settled.dryRun && !isThere ? 'would live' : 'live'} in ${settled.store}${isThere ? ' already' : ''}; src/session/README.md says how to use them.`,
    ],
    nextSteps: [
      [`put into ${entry}, above the routes that need a session:`, ...lines].join('\n    '),
      ...steps,
    ],
    command: againInFolder('add', settled),
  })
}
