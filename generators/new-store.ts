import { conflictError, planChanges } from './files/plan.ts'
import { type Generator, write } from './generator.ts'
import { InputError, quote } from './input-error.ts'
import { storeFolders } from './template/layers.ts'
import { findPackageManager } from './template/package-managers.ts'
import { putText, type Tree, textOf } from './template/tree.ts'

const backend = 'src/session/backend/index.ts'

interface StoreAnswers {
  name: string
  description: string
  /** Folders of stores, with spaces or commas between. */
  extends: string
}

/** Makes the folder of a new store, for this repository alone. */
export const storeGenerator: Generator<StoreAnswers> = {
  name: 'store',
  description: 'the folder of a new store, with sessions in memory until you put yours in',
  questions: ({ template }) => [
    {
      name: 'name',
      message: 'Name of the store, and of its folder',
      check: (name) => checkName(template, name),
    },
    {
      name: 'description',
      message: 'Where it keeps sessions, in one line',
      check: checkDescription,
    },
    {
      name: 'extends',
      message: `What it extends, if anything, of ${storeFolders(template).join(', ')}`,
      default: '',
      check: (list) => readExtended(template, list),
    },
  ],
  run: async (answers, { template, cwd }) => {
    const { name } = answers
    const tree = storeTree(template, answers)
    const changes = planChanges(tree, cwd, 'error')
    const made = {
      folder: cwd,
      changes,
      manager: findPackageManager().manager,
      notes: [`Make template/stores/${name}/${backend} yours: docs/adding-a-store.md says how.`],
      warnings: [],
      // The install enters the folder into package-lock.json.
      nextSteps: [
        'npm run lists  # README.md, docs/stores.md, docker-compose.yml, tsconfig.json',
        `npm run test:quick -- template dependencies emitted apps --store=${name}`,
      ],
      error: conflictError(changes, cwd),
    }
    return write(made, false)
  },
}

/** The files of a new store, which keeps sessions in memory as yet. */
function storeTree(template: Tree, { name, description, extends: list }: StoreAnswers): Tree {
  const below = readExtended(template, list)
  const tree: Tree = new Map()
  const put = (path: string, text: string) => putText(tree, `template/stores/${name}/${path}`, text)
  const manifest = {
    name: `@create-sess-app/${name}`,
    private: true,
    type: 'module',
    description: description.trim(),
    ...(below.length > 0 && { store: { extends: below } }),
  }
  put('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  const url = `${name.replaceAll('-', '')}:`
  const begin = 'export const openBackend: OpenBackend = async () => {\n'
  const hint =
    '  // Put your backend here, in place of this map; the address and the options are the arguments.\n'
  const copy = (path: string) =>
    (textOf(template, `app/${path}`) ?? '').replaceAll("'memory:'", `'${url}'`)
  put(backend, copy(backend).replace(begin, begin + hint))
  put('test/backend.ts', copy('test/backend.ts'))
  put('.env.example', `# Sessions are in the app's own memory.\nSESSION_STORE_URL=${url}\n`)
  put('README.md', `## Sessions in ${name}\n\n\`SESSION_STORE_URL\` is \`${url}\`.\n`)
  return tree
}

function checkName(template: Tree, name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new InputError(`${quote(name)} is no name of a store: use small letters, digits and -`)
  }
  if ([...storeFolders(template), 'add', 'app', 'minimal', 'node'].includes(name)) {
    throw new InputError(`${quote(name)} is taken: choose another name`)
  }
}

function checkDescription(description: string): void {
  if (/^[^|\n]*[^|\s][^|\n]*$/.test(description)) return
  throw new InputError(
    `${quote(description)} describes no store: say in one line where sessions are`,
  )
}

function readExtended(template: Tree, list: string): string[] {
  const names = list.split(/[\s,]+/).filter((name) => name !== '')
  const stores = storeFolders(template)
  const unknown = names.find((name) => !stores.includes(name))
  if (unknown === undefined) return names
  throw new InputError(`${quote(unknown)} cannot be extended: choose of ${stores.join(', ')}`)
}
