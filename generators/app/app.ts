import type { NodePlopAPI, PromptQuestion } from 'node-plop'
import { templateFiles } from '../template.ts'
import type { Tree } from '../tree.ts'
import { newOutcome, type Outcome, registerActions } from './actions.ts'
import { appActions } from './app-actions.ts'
import { type AppAnswers, appQuestions, type Question } from './questions.ts'
import { resolveTarget } from './target.ts'

/** Registers the generator `app` with Plop. */
export function registerApp(
  plop: NodePlopAPI,
  template: Tree = templateFiles(),
  outcome: Outcome = newOutcome(),
): void {
  registerActions(plop, outcome)
  const cwd = plop.getDestBasePath()
  plop.setGenerator('app', {
    description: 'an Express app with sessions in the store of your choice',
    prompts: appQuestions(template, cwd).map(plopPrompt),
    actions: (given) => {
      const answers = given as AppAnswers
      const { dir, onConflict, dryRun } = answers
      const { path: target, name } = resolveTarget(dir, cwd, answers)
      const tree: Tree = new Map()
      outcome.tree = tree
      const onPlan = (changes: Outcome['changes']) => {
        outcome.changes = changes
      }
      return [
        ...appActions({ ...answers, name }, { template, tree }),
        { type: 'writeTree', tree, target, onConflict, dryRun, onPlan },
      ]
    },
  })
}

/** A question of ours as Plop asks it. */
export function plopPrompt({
  name,
  message,
  usual,
  follow,
  choices,
  check,
}: Question): PromptQuestion {
  const validate = (value: string, answers: Partial<AppAnswers> = {}) => {
    try {
      check?.(value, answers)
      return true
    } catch (error) {
      return (error as Error).message
    }
  }
  const prompt = { name, message, default: follow ?? usual, validate }
  if (typeof usual === 'boolean') return { ...prompt, type: 'confirm' }
  if (!choices) return { ...prompt, type: 'input' }
  const list = choices.map((choice) => ({
    name: `${choice.name}: ${choice.description}`,
    value: choice.name,
  }))
  return { ...prompt, type: 'list', choices: list }
}
