import { parseEnv } from 'node:util'
import { conflictError, planChanges, textAfter } from './files/plan.ts'
import { occupied, resolveTarget } from './files/target.ts'
import {
  type Generator,
  type Place,
  type Question,
  storeQuestion,
  type WriteAnswers,
  type Written,
  write,
} from './generator.ts'
import { defaultLifetimes, resolveLifetimes, type TreeAnswers } from './template/answers.ts'
import { developmentUser, makeTree, newPassword } from './template/compose.ts'
import { defaultStore, listStores } from './template/layers.ts'
import { nodeForApp } from './template/manifest.ts'
import { storeSteps } from './template/next-steps.ts'
import {
  detectPackageManager,
  findPackageManager,
  packageManagers,
} from './template/package-managers.ts'
import { type Tree, textOf } from './template/tree.ts'

/** What the author of an app decides about it. */
export interface CreateAnswers extends Omit<TreeAnswers, 'name'>, WriteAnswers {
  dir: string
}

/** What came of making an app. */
export interface Created extends Written {
  /** All its files, those too that were there already. */
  tree: Tree
}

/** Makes an app. */
export const createGenerator: Generator<CreateAnswers, Created> = {
  name: 'app',
  description: 'an Express app with sessions in the store of your choice',
  questions: createQuestions,
  run: create,
}

async function create(answers: CreateAnswers, { template, cwd }: Place): Promise<Created> {
  const { dir, store, onConflict = 'error', dryRun = false } = answers
  const started = performance.now()
  const target = resolveTarget(dir, cwd)
  const { path: folder, name } = target
  const occupant = occupied(target, answers)
  if (occupant && !dryRun) throw occupant
  const { nodePackage, note: otherNode } = nodeForApp(template)
  const { packageManager: detected, note: otherManager } = detectPackageManager()
  // Whoever has named another package manager need not be told.
  const notices = [otherNode, answers.packageManager === detected ? otherManager : undefined]
  const { password = newPassword() } = answers
  const tree = makeTree({ nodePackage, ...answers, name, password }, template)
  const changes = planChanges(tree, folder, onConflict)
  const users = changes.find(({ path }) => path === 'data/users.json')
  const isNewUser = !dryRun && (users?.kind === 'create' || users?.kind === 'replace')
  const { PORT: port = '3000' } = parseEnv(textAfter(changes, '.env'))
  const login = { user: developmentUser, password, address: `http://localhost:${port}` }
  const { description = '' } = listStores(template).find((each) => each.name === store) ?? {}
  const notes = [
    `Sessions live ${description.replace(/^I/, 'i')}.`,
    `Sessions end after ${answers.lifetime} without use, ${answers.maxLifetime} in all.`,
  ]
  const compose = textOf(tree, 'docker-compose.yml')
  const created = {
    folder,
    tree,
    changes,
    manager: findPackageManager(answers.packageManager).manager,
    notes,
    warnings: notices.filter((notice) => notice !== undefined),
    nextSteps: [...storeSteps(template, store, { compose }), 'npm run dev'],
    login: isNewUser ? login : undefined,
    error: occupant ?? conflictError(changes, folder),
  }
  const written = await write(created, dryRun)
  const made = `Made in ${Math.round(performance.now() - started)} ms.`
  return { ...written, notes: dryRun ? notes : [...notes, made] }
}

/** What to ask about an app that is to lie below `cwd`. */
function createQuestions({ template, cwd }: Place): Question<CreateAnswers>[] {
  const { packageManager: detected } = detectPackageManager()
  return [
    {
      name: 'dir',
      message: 'Folder of the app, and its name',
      default: 'my-app',
      check: (dir, answers) => {
        const error = occupied(resolveTarget(dir, cwd), answers)
        if (error && !answers.dryRun) throw error
      },
    },
    { ...storeQuestion(template, 'Where sessions live'), default: defaultStore },
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
    {
      name: 'packageManager',
      message: 'Package manager of the app',
      default: detected,
      choices: packageManagers.map(({ name, description }) => ({
        name: detected.startsWith(`${name}@`) ? detected : name,
        description,
      })),
      check: (value) => findPackageManager(value),
    },
  ]
}
