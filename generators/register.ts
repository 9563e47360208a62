import type { NodePlopAPI } from 'node-plop'
import { addGenerator } from './add/add.ts'
import { registerApp } from './app/app.ts'
import { registerGenerator } from './generator.ts'
import { switchGenerator } from './switch/switch.ts'

/** Registers our generators with Plop, in this repository or any other. */
export function register(plop: NodePlopAPI): void {
  registerApp(plop)
  registerGenerator(plop, switchGenerator)
  registerGenerator(plop, addGenerator)
}
