import type { NodePlopAPI } from 'node-plop'
import { storeGenerator } from './generators/new-store.ts'
import { register, registerGenerator } from './generators/plop.ts'
import { templateFiles } from './generators/template/tree.ts'

/** Registers our generators for `npx plop`, and the one that is for this repository alone. */
export default function registerAll(plop: NodePlopAPI): void {
  register(plop)
  registerGenerator(plop, storeGenerator, {
    template: templateFiles(),
    cwd: plop.getDestBasePath(),
  })
}
