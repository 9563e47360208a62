import { parseEnv } from 'node:util'
import { writeChanges } from './files/apply.ts'
import { conflictError, planChanges, textAfter } from './files/plan.ts'
import { checkOccupied, occupied, resolveTarget } from './files/target.ts'
import type { Generator, Place, Question, WriteAnswers, Written } from './generator.ts'
import { defaultLifetimes, resolveLifetimes, type TreeAnswers } from './template/answers.ts'
import { developmentUser, makeTree, newPassword } from './template/compose.ts'
import { checkStore, defaultStore, listStores } from './template/layers.ts'
import { nodeForApp } from './template/manifest.ts'
import { storeSteps, summaryOf } from './template/next-steps.ts'
import {
  detectPackageManager,
  findPackageManager,
  packageManagers,
  translateCommands,
} from './template/package-managers.ts'
import type { Tree } from './template/tree.ts'

/** What the author of an app decides about it. */
export interface CreateAnswers extends Omit<TreeAnswers, 'name'>, WriteAnswers {
  dir: string
}

/** What came of making an app. */
export interface Created extends Written {
  /** All its files, those too that were there already. */
  tree: Tree
  /** The name in its package.json. */
  name: string
  milliseconds: number
  /** How to log in; undefined where the app has no users, or kept those that it had. */
  login?: { user: string; password: string; address: string }
}

/** Makes an app. */
export const createGenerator: Generator<CreateAnswers, Created> = {
  name: 'app',
  description: 'an Express app with sessions in the store of your choice',
  questions: createQuestions,
  run: create,
  summarize,
}

async function create(answers: CreateAnswers, { template, cwd }: Place): Promise<Created> {
  const { dir, store, onConflict = 'error', dryRun = false, ...rest } = answers
  const started = performance.now()
  const { path: folder, name } = resolveTarget(dir, cwd)
  const occupant = occupied(folder, dir, { onConflict, store })
  if (occupant && !dryRun) throw occupant
  const { manager } = findPackageManager(answers.packageManager)
  const node = nodeForApp(template)
  const password = answers.password ?? newPassword()
  const tree = await makeTree(
    { ...(node.nodePackage && { nodePackage: node.nodePackage }), ...rest, store, name, password },
    template,
  )
  const changes = planChanges({ tree, target: folder, onConflict })
  const error = occupant ?? conflictError(changes, folder)
  await writeChanges(folder, changes, { error, dryRun })
  const users = changes.find(({ path }) => path === 'data/users.json')
  const isNewUser = users?.kind === 'create' || users?.kind === 'replace'
  const { PORT: port = '3000' } = parseEnv(textAfter(changes, '.env'))
  const login = { user: developmentUser, password, address: `http://localhost:${port}` }
  const steps = [...storeSteps({ template, store, tree }), 'npm run dev']
  return {
    folder,
    name,
    tree,
    changes,
    manager,
    warnings: node.note ? [node.note] : [],
    nextSteps: steps.map((step) => translateCommands(step, manager)),
    milliseconds: Math.round(performance.now() - started),
    ...(isNewUser && !dryRun && { login }),
    ...(error && { error }),
  }
}

/** What to ask about an app that is to lie below `cwd`. */
function createQuestions({ template, cwd }: Place): Question<CreateAnswers>[] {
  return [
    {
      name: 'dir',
      message: 'Folder of the app, and its name',
      default: 'my-app',
      check: (dir, answers) => checkOccupied(dir, cwd, answers),
    },
    {
      name: 'store',
      message: 'Where sessions live',
      default: defaultStore,
      choices: listStores(template),
      check: (store) => checkStore(template, store),
    },
    {
      name: 'minimal',
      message: 'Make the quickstart alone: index, login and logout',
      default: false,
    },
    {
      name: 'lifetime',
      message: 'Log out after this long without a request',
      default: defaultLifetimes.idle,
      defaultAfter: ({ maxLifetime: absolute }) => resolveLifetimes({ absolute }).idle,
      check: (idle, { maxLifetime: absolute }) => resolveLifetimes({ idle, absolute }),
    },
    {
      name: 'maxLifetime',
      message: 'Log out this long after the login, whatever happens',
      default: defaultLifetimes.absolute,
      defaultAfter: ({ lifetime: idle }) => resolveLifetimes({ idle }).absolute,
      check: (absolute, { lifetime: idle }) => resolveLifetimes({ idle, absolute }),
    },
    { name: 'permanent', message: 'Keep the cookie when the browser is closed', default: false },
    managerQuestion(),
  ]
}

function managerQuestion(): Question<CreateAnswers> {
  const { packageManager: detected } = detectPackageManager()
  const { manager } = findPackageManager(detected)
  return {
    name: 'packageManager',
    message: 'Package manager of the app',
    default: detected,
    choices: packageManagers.map(({ name, description }) => ({
      name: name === manager.name ? detected : name,
      description,
    })),
    check: (value) => findPackageManager(value),
  }
}

function summarize(created: Created): string {
  const { folder, changes, login } = created
  const [say, open] = login
    ? [
        `Log in as ${login.user} with the password ${login.password} (it is shown only now).`,
        `\nand open ${login.address}`,
      ]
    : ['', '']
  return summaryOf([`${changes.length} files in ${folder}. ${say}`.trim()], created) + open
}
