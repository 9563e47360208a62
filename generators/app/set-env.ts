import { fillEnv } from '../../template/app/src/session/settings.ts'
import { putText, type Tree, textOf } from '../tree.ts'

/** Sets values on their lines in `.env.example`, then writes `.env` from it, with secrets. */
export function setEnv({
  tree,
  values,
  secret,
}: {
  tree: Tree
  values: Record<string, string | number | boolean>
  secret?: string | undefined
}): string {
  let example = textOf(tree, '.env.example') ?? ''
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^${name}=.*$`, 'm')
    if (!line.test(example)) throw new Error(`.env.example has no line for ${name}`)
    example = example.replace(line, `${name}=${value}`)
  }
  putText(tree, '.env.example', example)
  putText(tree, '.env', fillEnv(example, secret === undefined ? {} : { secret }), 0o600)
  return '.env'
}
