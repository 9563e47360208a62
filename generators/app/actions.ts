import type { NodePlopAPI } from 'node-plop'
import type { Change } from '../changes/changes.ts'
import type { Tree } from '../tree.ts'
import { addUser } from './add-user.ts'
import { copyTree } from './copy-tree.ts'
import { joinEnv } from './join-env.ts'
import { mergePackageJson } from './merge-package-json.ts'
import { putRecord } from './record.ts'
import { render } from './render.ts'
import { setEnv } from './set-env.ts'
import { setPackageManager } from './set-package-manager.ts'
import { translate } from './translate.ts'
import { writeTree } from './write-tree.ts'

/** What a run of a generator came to; node-plop itself hands on no more than a message. */
export interface Outcome {
  tree: Tree
  changes: Change[]
  error?: unknown
}

/** An outcome of nothing yet. */
export const newOutcome = (): Outcome => ({ tree: new Map(), changes: [] })

const actionTypes = {
  ...{ copyTree, joinEnv, render, mergePackageJson, setPackageManager, translate },
  ...{ setEnv, addUser, putRecord, writeTree },
}

/** One step of a generator: an action of ours, and what it works on. */
export type Action = { type: keyof typeof actionTypes } & Record<string, unknown>

/** Makes our actions known to Plop; the error of one that fails is kept in the outcome. */
export function registerActions(plop: NodePlopAPI, outcome: Outcome): void {
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
}

/** Runs actions without Plop, in their order, for a tree that nobody writes. */
export async function runActions(actions: Action[]): Promise<void> {
  for (const { type, ...config } of actions) {
    await (actionTypes[type] as (config: object) => string | Promise<string>)(config)
  }
}
