import { parseEnv } from 'node:util'
import { fillEnv } from '../../template/app/src/session/settings.ts'
import { runActions } from '../app/actions.ts'
import { appActions } from '../app/app-actions.ts'
import type { RecordedOptions } from '../app/record.ts'
import { readPresent } from '../changes/changes.ts'
import { readSecrets } from '../changes/merge-env.ts'
import { putText, type Tree, textOf } from '../tree.ts'

/** An app as it was made and as it would be with another store, both with the secrets that it has now; its users are in neither. */
export async function switchTrees({
  template,
  options,
  store,
  folder,
}: {
  template: Tree
  options: RecordedOptions
  store: string
  folder: string
}): Promise<{ base: Tree; next: Tree }> {
  const base = await makeTree(template, options)
  const next = await makeTree(template, { ...options, store })
  const there = readPresent(folder, '.env')?.toString('utf8') ?? ''
  const { STORE_PASSWORD: password } = parseEnv(there)
  const secrets = {
    ...secretsOf(next),
    ...secretsOf(base),
    ...readSecrets(there, exampleOf(base)),
    ...(password && { password }),
  }
  for (const tree of [base, next]) {
    const example = password ? withPassword(exampleOf(tree)) : exampleOf(tree)
    putText(tree, '.env', fillEnv(example, secrets), 0o600)
  }
  return { base, next }
}

async function makeTree(template: Tree, options: RecordedOptions): Promise<Tree> {
  const tree: Tree = new Map()
  const actions = appActions(options, { template, tree })
  // A password takes a while to hash, and nobody's is touched.
  await runActions(actions.filter(({ type }) => type !== 'addUser'))
  return tree
}

// A server keeps its password with its data, so that who switches back needs it again.
function withPassword(example: string): string {
  if (/^STORE_PASSWORD=/m.test(example)) return example
  return example.replace(/^(?=SESSION_STORE_URL=)/m, 'STORE_PASSWORD=<password>\n')
}

const exampleOf = (tree: Tree) => textOf(tree, '.env.example') ?? ''

const secretsOf = (tree: Tree) => readSecrets(textOf(tree, '.env') ?? '', exampleOf(tree))
