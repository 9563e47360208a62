import { putText, type Tree, textOf } from '../tree.ts'
import { joinText } from './join-text.ts'

const path = '.env.example'
const setAgainBelow = /^([A-Z][A-Z0-9_]*)=.*\n(?=[\s\S]*^\1=)/gm

/** Joins `.env.example` of each layer; a variable that a later layer sets again is set there only. */
export function joinEnv({ tree, layers }: { tree: Tree; layers: Tree[] }): string {
  const joined = joinText({ tree, layers, path })
  const text = textOf(tree, path)
  if (text !== undefined) putText(tree, path, text.replace(setAgainBelow, ''))
  return joined
}
