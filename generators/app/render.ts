import Handlebars from 'handlebars'
import type { Tree } from '../tree.ts'
import { joinText } from './join-text.ts'

// Its own instance: node-plop fills the global one with helpers, and renders a missing name as ''.
const handlebars = Handlebars.create()

/** The files that have names filled in; all others are copied as they are. */
export const renderedFiles = ['README.md', 'SECURITY.md']

// What is missing is an error, and nothing is escaped.
const compileOptions = { strict: true, noEscape: true, knownHelpersOnly: true }

/** Prose of all layers with its names filled in; a name that is not there is an error. */
export function render(config: {
  tree: Tree
  layers: Tree[]
  path: string
  names: Record<string, string | number | boolean>
}): string {
  const transform = (text: string) => handlebars.compile(text, compileOptions)(config.names)
  return joinText({ ...config, transform })
}
