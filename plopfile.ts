import type { NodePlopAPI } from 'node-plop'
import { registerApp } from './generators/app.ts'

/** Registers our generators for `npx plop`. */
export default function register(plop: NodePlopAPI): void {
  registerApp(plop)
}
