// What the published file holds: the command, for whoever runs it, and the generators, for whoever loads it.
export { register } from '../generators/plop.ts'
export const start = () => import('../cli/main.ts')
