import { join, relative } from 'node:path'
import { parseEnv } from 'node:util'
import { developmentUser, newPassword } from '../generators/app/add-user.ts'
import { emitApp } from '../generators/app/emit.ts'
import { commandFor } from '../generators/app/record.ts'
import { resolveTarget } from '../generators/app/target.ts'
import { type Change, holdsFiles, refusalOf } from '../generators/changes/changes.ts'
import { storeSteps } from '../generators/next-steps.ts'
import { detectPackageManager } from '../generators/package-managers.ts'
import type { Refusal } from '../generators/refusal.ts'
import { listStores } from '../generators/stores.ts'
import type { Tree } from '../generators/tree.ts'
import { runFlags } from './again.ts'
import type { Settled } from './answers.ts'
import { textAfter, warnOfApp, warnOfCommits } from './app-warnings.ts'
import type { Order } from './command.ts'
import { finish } from './finish.ts'
import { isTracked, makeRepository } from './git.ts'
import { nodeForApp } from './node-package.ts'
import type { Outcome } from './outcome.ts'
import { shellWord } from './shell-word.ts'

type AppSettled = Settled<
  'dir' | 'store' | 'minimal' | 'lifetime' | 'maxLifetime' | 'permanent' | 'install' | 'git'
>

/** Makes an app, installs and commits it. */
export async function makeApp(order: Order): Promise<Outcome> {
  const { template } = order
  const settled = order.settled as AppSettled
  const { path: folder, name } = resolveTarget(settled.dir, process.cwd(), settled)
  const { nodePackage, note } = nodeForApp(template)
  const password = newPassword()
  const started = performance.now()
  const hadFiles = holdsFiles(folder)
  const answers = { ...settled, password, ...(nodePackage !== undefined && { nodePackage }) }
  const { changes, tree } = await emitApp(answers, { template })
  const milliseconds = Math.round(performance.now() - started)
  const { PORT: port = '3000' } = parseEnv(textAfter(changes, '.env'))
  const login = { user: developmentUser, password, address: `http://localhost:${port}` }
  const mayCommit = warnOfCommits(changes, {
    tracked: hadFiles && (await isTracked(folder, '.env')),
  })
  const warnings = [...warnOfApp(changes), ...mayCommit]
  return finish(order, {
    ...{ folder, changes },
    notes: [
      ...notes(settled, { folder, template, changes, isSafe: mayCommit.length === 0 }),
      ...(settled.dryRun ? [] : [`Made in ${milliseconds} ms.`]),
    ],
    warnings: [note, noteOfManager(settled), ...warnings].filter((each) => each !== undefined),
    nextSteps: [...storeSteps({ template, store: settled.store, tree }), 'npm run dev'],
    command: commandFor(
      { ...settled, name },
      { dir: shellWord(settled.dir), flags: runFlags(settled) },
    ),
    ...(settled.dryRun && { refusal: refusalOfTarget(settled) ?? refusalOf(changes, folder) }),
    ...(!settled.dryRun && isWritten('data/users.json', changes) && { login }),
    afterInstall: () => gitStep(settled, { folder, hadFiles }),
  })
}

function isWritten(path: string, changes: Change[]): boolean {
  return changes.some((each) => each.path === path && /^(create|replace)$/.test(each.kind))
}

// Whoever has said another package manager need not be told.
function noteOfManager({ packageManager }: AppSettled): string | undefined {
  const detected = detectPackageManager()
  return packageManager === detected.packageManager ? detected.note : undefined
}

/** What the real run would be refused for. */
function refusalOfTarget({ dryRun: _dryRun, ...settled }: AppSettled): Refusal | undefined {
  try {
    resolveTarget(settled.dir, process.cwd(), settled)
  } catch (error) {
    return error as Refusal
  }
}

async function gitStep(
  { git }: AppSettled,
  { folder, hadFiles }: { folder: string; hadFiles: boolean },
) {
  if (!git) return { note: 'Git: no repository, as you said.' }
  // Not ours to commit.
  if (hadFiles) return { note: 'Git: left to you, as the folder held files before.' }
  const { said, failed } = await makeRepository(folder)
  return { note: `Git: ${said}.`, failed }
}

function notes(
  { store, lifetime, maxLifetime }: AppSettled,
  {
    folder,
    template,
    changes,
    isSafe,
  }: { folder: string; template: Tree; changes: Change[]; isSafe: boolean },
): string[] {
  const { description = '' } = listStores(template).find(({ name }) => name === store) ?? {}
  const isOurs = changes.some(({ path, kind }) => path === '.env' && kind !== 'keep')
  const env = join(relative(process.cwd(), folder), '.env')
  return [
    `Sessions live ${description.replace(/^I/, 'i')}.`,
    `Sessions end after ${lifetime} without use, ${maxLifetime} in all.`,
    ...(isOurs
      ? [`Secrets: ${env}, readable by you only${isSafe ? ' and never committed' : ''}.`]
      : []),
  ]
}
