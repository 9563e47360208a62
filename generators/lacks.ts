import { runInNewContext } from 'node:vm'
import { appLayers } from './stores.ts'
import { type Tree, textOf } from './tree.ts'

/** What a store cannot do, each with its reason, as its `test/backend.ts` says. */
export type Lacks = Partial<Record<'sharing' | 'atomic' | 'scan' | 'creation' | 'server', string>>

const path = 'test/backend.ts'

/** Reads what a store lacks from the last of its layers that has a `test/backend.ts`. */
export function readLacks(template: Tree, store: string): Lacks {
  const layer = appLayers(template, store).findLast((each) => template.has(`${each}/${path}`))
  const text = textOf(template, `${layer}/${path}`) ?? ''
  const [, literal] = /^export const lacks\b[^=]*= (\{.*\}|\{[\s\S]*?^\})/m.exec(text) ?? []
  if (literal === undefined) {
    throw new Error(`template/${layer}/${path} has no "export const lacks: Lacks = { … }"`)
  }
  return runInNewContext(`(${literal})`)
}
