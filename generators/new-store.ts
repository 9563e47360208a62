import { join } from 'node:path'
import type { NodePlopAPI } from 'node-plop'
import { writeTree } from './app/write-tree.ts'
import { quote, Refusal } from './refusal.ts'
import { templateFiles } from './template.ts'
import { putText, type Tree, textOf } from './tree.ts'

const backend = 'src/session/backend/index.ts'

interface StoreAnswers {
  name: string
  description: string
  /** Folders of stores, with spaces or commas between. */
  extends: string
}

/** Registers the generator `store` with Plop: the folder of a new store, for this repository alone. */
export function registerStore(plop: NodePlopAPI, template: Tree = templateFiles()): void {
  const target = (name: string) => join(plop.getDestBasePath(), 'template/stores', name)
  const shared = storesOf(template).join(', ')
  plop.setGenerator('store', {
    description: 'the folder of a new store, with sessions in memory until you put yours in',
    prompts: [
      {
        ...{ type: 'input', name: 'name', message: 'Name of the store, and of its folder' },
        validate: valid((name) => checkName(template, name)),
      },
      {
        ...{ type: 'input', name: 'description', message: 'Where it keeps sessions, in one line' },
        validate: valid(checkDescription),
      },
      {
        ...{
          type: 'input',
          name: 'extends',
          message: `What it extends, if anything, of ${shared}`,
        },
        validate: valid((list) => readExtended(template, list)),
      },
    ],
    actions: (given) => [
      async () => {
        const answers = given as StoreAnswers
        const tree = storeTree(template, answers)
        const written = await writeTree({ tree, target: target(answers.name) })
        return `${written}. Then:\n${nextCommands(answers.name)}`
      },
    ],
  })
}

/** The files of a new store, which keeps sessions in memory as yet; refuses what cannot be one. */
function storeTree(template: Tree, { name, description, extends: list }: StoreAnswers): Tree {
  checkName(template, name)
  checkDescription(description)
  const below = readExtended(template, list)
  const tree: Tree = new Map()
  const manifest = {
    ...{ name: `@create-sess-app/${name}`, private: true, type: 'module' },
    description: description.trim(),
    ...(below.length > 0 && { store: { extends: below } }),
  }
  putText(tree, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  const url = `${name.replaceAll('-', '')}:`
  const begin = 'export const openBackend: OpenBackend = async () => {\n'
  const hint =
    '  // Put your backend here, in place of this map; the address and the options are the arguments.\n'
  const address = { "'memory:'": `'${url}'` }
  putText(tree, backend, copyOf(template, backend, { ...address, [begin]: begin + hint }))
  putText(tree, 'test/backend.ts', copyOf(template, 'test/backend.ts', address))
  putText(
    tree,
    '.env.example',
    `# Sessions are in the app's own memory.\nSESSION_STORE_URL=${url}\n`,
  )
  putText(tree, 'README.md', `## Sessions in ${name}\n\n\`SESSION_STORE_URL\` is \`${url}\`.\n`)
  return tree
}

function checkName(template: Tree, name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Refusal(`${quote(name)} is no name of a store: use small letters, digits and -`)
  }
  if ([...storesOf(template), 'add', 'app', 'minimal', 'node'].includes(name)) {
    throw new Refusal(`${quote(name)} is taken: choose another name`)
  }
}

function checkDescription(description: string): void {
  if (/^[^|\n]*[^|\s][^|\n]*$/.test(description)) return
  throw new Refusal(`${quote(description)} describes no store: say in one line where sessions are`)
}

function readExtended(template: Tree, list: string): string[] {
  const names = list.split(/[\s,]+/).filter((name) => name !== '')
  const stores = storesOf(template)
  const unknown = names.find((name) => !stores.includes(name))
  if (unknown === undefined) return names
  throw new Refusal(`${quote(unknown)} cannot be extended: choose of ${stores.join(', ')}`)
}

/** Tells Plop what a check refuses. */
function valid(check: (value: string) => unknown) {
  return (value: string): true | string => {
    try {
      check(value)
      return true
    } catch (error) {
      return (error as Error).message
    }
  }
}

function storesOf(template: Tree): string[] {
  return [...template.keys()].flatMap(
    (path) => /^stores\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
  )
}

/** A file of the app with words replaced, each of which has to be there. */
function copyOf(template: Tree, path: string, words: Record<string, string> = {}): string {
  let text = textOf(template, `app/${path}`) ?? ''
  for (const [word, other] of Object.entries(words)) {
    if (!text.includes(word)) throw new Error(`template/app/${path} says ${word} no more`)
    text = text.replaceAll(word, other)
  }
  return text
}

function nextCommands(name: string): string {
  return [
    'npm install        # enters the folder into package-lock.json',
    'npm run lists      # README.md, docker-compose.yml, tsconfig.json',
    `npm run test:quick -- template dependencies emitted apps --store=${name}`,
    `and make template/stores/${name}/${backend} yours: docs/adding-a-store.md says how`,
  ].join('\n')
}
