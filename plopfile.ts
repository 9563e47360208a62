import type { NodePlopAPI } from 'node-plop'
import { registerStore } from './generators/new-store.ts'
import { register } from './generators/plop.ts'

/** Registers our generators for `npx plop`, and the one that is for this repository alone. */
export default function registerAll(plop: NodePlopAPI): void {
  register(plop)
  registerStore(plop)
}
