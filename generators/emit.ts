import nodePlop from 'node-plop'
import { type Outcome, registerApp } from './app.ts'
import type { AppAnswers } from './questions.ts'
import { templateFiles } from './template.ts'
import type { Tree } from './tree.ts'

/** Makes an app by the generator `app`, all of it or nothing; resolves to the files of it. */
export async function emitApp(
  answers: AppAnswers,
  { template = templateFiles(), cwd = process.cwd() } = {},
): Promise<Tree> {
  const outcome: Outcome = { tree: new Map() }
  const plop = await nodePlop('', { destBasePath: cwd, force: false })
  registerApp(plop, template, outcome)
  const { failures } = await plop.getGenerator('app').runActions(answers)
  if (outcome.error) throw outcome.error
  if (failures[0]) throw new Error(failures[0].error)
  return outcome.tree
}
