import type { ActionType, NodePlopAPI, PromptQuestion } from 'node-plop'
import { addUser, newPassword } from './add-user.ts'
import { copyTree } from './copy-tree.ts'
import { joinEnv } from './join-env.ts'
import { parseLifetime } from './lifetimes.ts'
import { mergePackageJson } from './merge-package-json.ts'
import { layerPackage, type PackageJson } from './package-json.ts'
import { type AppAnswers, appQuestions, type Question } from './questions.ts'
import { render } from './render.ts'
import { setEnv } from './set-env.ts'
import { appLayers } from './stores.ts'
import { resolveTarget } from './target.ts'
import { templateFiles } from './template.ts'
import { subtree, type Tree } from './tree.ts'
import { writeTree } from './write-tree.ts'

/** What a run of the generator came to; node-plop itself hands on no more than a message. */
export interface Outcome {
  tree: Tree
  error?: unknown
}

const actionTypes = { copyTree, joinEnv, render, mergePackageJson, setEnv, addUser, writeTree }

/** Registers the generator `app` with Plop. */
export function registerApp(
  plop: NodePlopAPI,
  template: Tree = templateFiles(),
  outcome: Outcome = { tree: new Map() },
): void {
  for (const [name, action] of Object.entries(actionTypes)) {
    plop.setActionType(name, async (_answers, config) => {
      try {
        return await (action as (config: object) => string | Promise<string>)(config)
      } catch (error) {
        outcome.error = error
        throw error
      }
    })
  }
  const cwd = plop.getDestBasePath()
  plop.setGenerator('app', {
    description: 'an Express app with sessions in the store of your choice',
    prompts: appQuestions(template, cwd).map(plopPrompt),
    actions: (answers) => {
      outcome.tree = new Map()
      return appActions(answers as AppAnswers, template, outcome.tree, cwd)
    },
  })
}

function appActions(answers: AppAnswers, template: Tree, tree: Tree, cwd: string): ActionType[] {
  const { path: target, name } = resolveTarget(answers.dir, cwd)
  const folders = appLayers(template, answers.store)
  const layers = folders.map((folder) => subtree(template, folder))
  const packages = folders.map((folder) => layerPackage(template, folder))
  if (answers.nodePackage) packages.push(nodePackage(template, answers.nodePackage))
  const values = {
    SESSION_IDLE_SECONDS: parseLifetime(answers.lifetime),
    SESSION_ABSOLUTE_SECONDS: parseLifetime(answers.maxLifetime),
    SESSION_PERMANENT: answers.permanent,
  }
  const { store, lifetime, maxLifetime, secret, password = newPassword() } = answers
  const names = { name, store, lifetime, maxLifetime }
  const actions: { type: keyof typeof actionTypes; [key: string]: unknown }[] = [
    ...layers.map((layer) => ({ type: 'copyTree' as const, tree, layer })),
    { type: 'mergePackageJson', tree, packages, name },
    { type: 'joinEnv', tree, layers },
    { type: 'render', tree, layers, path: 'README.md', names },
    { type: 'setEnv', tree, values, secret },
    { type: 'addUser', tree, password },
    { type: 'writeTree', tree, target },
  ]
  return actions
}

function nodePackage(template: Tree, name: string): PackageJson {
  const { optionalDependencies: all = {}, ...rest } = layerPackage(template, 'node')
  return { ...rest, optionalDependencies: { [name]: all[name] ?? '' } }
}

function plopPrompt({ name, message, usual, follow, choices, check }: Question): PromptQuestion {
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
