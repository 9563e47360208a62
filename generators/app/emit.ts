import nodePlop from 'node-plop'
import { templateFiles } from '../template.ts'
import type { Tree } from '../tree.ts'
import { newOutcome, type Outcome, runActions } from './actions.ts'
import { registerApp } from './app.ts'
import { appActions, type TreeAnswers } from './app-actions.ts'
import type { AppAnswers } from './questions.ts'

/** Makes an app by the generator `app`, all of it or nothing; resolves to its files and to what became of each. */
export async function emitApp(
  answers: AppAnswers,
  { template = templateFiles(), cwd = process.cwd() } = {},
): Promise<Outcome> {
  const outcome = newOutcome()
  const plop = await nodePlop('', { destBasePath: cwd, force: false })
  registerApp(plop, template, outcome)
  const { failures } = await plop.getGenerator('app').runActions(answers)
  if (outcome.error) throw outcome.error
  if (failures[0]) throw new Error(failures[0].error)
  return outcome
}

/** The files of an app, written nowhere. */
export async function emitTree(answers: TreeAnswers, template = templateFiles()): Promise<Tree> {
  const tree: Tree = new Map()
  await runActions(appActions(answers, { template, tree }))
  return tree
}
