import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseEnv } from 'node:util'
import { type Change, textAfter } from '../generators/files/plan.ts'
import { developmentUser } from '../generators/template/compose.ts'
import { isPathOf } from '../generators/template/layers.ts'
import { warnOfAddress } from '../generators/template/next-steps.ts'
import type { PackageManager } from '../generators/template/package-managers.ts'
import { parseJson } from '../generators/template/tree.ts'

/** What whoever makes an app in a folder that holds files has to know: what goes, and what no longer starts. */
export const warnOfApp = (changes: Change[]): string[] => [
  ...warnOfLosses(changes),
  ...warnOfModules(changes),
  ...warnOfEnv(changes),
]

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8')

// What no repository has, so that nobody gets it back.
function warnOfLosses(changes: Change[]): string[] {
  const lost = {
    '.env': `its secret is a new one, which logs everybody out${passwordGoes(changes) ? ', its STORE_PASSWORD too, which a server that is there does not know' : ''}, and lines of yours go`,
    'data/users.json': `its users go, and ${developmentUser} is the only one`,
  }
  return Object.entries(lost).flatMap(([path, what]) =>
    changes.some((each) => each.path === path && each.kind === 'replace')
      ? `${path} is replaced: ${what}.`
      : [],
  )
}

function passwordGoes(changes: Change[]): boolean {
  const { before } = changes.find(({ path }) => path === '.env') ?? {}
  const { STORE_PASSWORD: theirs } = parseEnv(textOf(before))
  return theirs !== undefined && parseEnv(textAfter(changes, '.env')).STORE_PASSWORD !== theirs
}

function warnOfModules(changes: Change[]): string[] {
  const { before, kind } = changes.find(({ path }) => path === 'package.json') ?? {}
  if (!before || kind === 'conflict') return []
  const [was, is] = [typeIn(textOf(before)), typeIn(textAfter(changes, 'package.json'))]
  if (is === 'commonjs') return [needsModules]
  return is === 'module' && was !== 'module' ? [isModuleNow] : []
}

function typeIn(manifest: string): unknown {
  try {
    return Object(parseJson(manifest)).type
  } catch {
    // What cannot be read is told already.
    return undefined
  }
}

const needsModules =
  'the app does not start with "type": "commonjs" in package.json: set "module", and name your files that call require() .cjs'
const isModuleNow =
  'package.json says "type": "module" now: a file of yours that calls require() has to be named .cjs'

/** What a .env that stays lacks, or has of another store. */
function warnOfEnv(changes: Change[]): string[] {
  const { kind } = changes.find(({ path }) => path === '.env') ?? {}
  if (kind !== 'keep' && kind !== 'merge') return []
  const env = textAfter(changes, '.env')
  const { SESSION_SECRETS, SESSION_SECRETS_FILE } = parseEnv(env)
  const example = changes.find(({ path }) => path === '.env.example')?.file?.bytes
  const otherAddress = warnOfAddress(env, textOf(example))
  return [
    ...(SESSION_SECRETS || SESSION_SECRETS_FILE ? [] : [needsSecret]),
    ...(otherAddress ? [otherAddress] : []),
  ]
}

const needsSecret =
  'the app does not start without SESSION_SECRETS in .env: put in 32 random bytes or more'

/** How secrets, users or sessions of an app could be committed; nothing where they cannot. */
export function warnOfCommits(changes: Change[], { tracked }: { tracked: boolean }): string[] {
  const lines = textAfter(changes, '.gitignore')
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^\//, ''))
  const isOpen = changes.some(({ path, kind }) => path === '.gitignore' && kind === 'conflict')
  const missing = ['.env', 'data/'].filter(
    (path) =>
      !isOpen && !lines.some((line) => [path, `${path}*`, path.replace('/', '')].includes(line)),
  )
  return [
    ...(tracked ? [trackedEnv] : []),
    ...(missing.length > 0
      ? [`put into .gitignore what holds secrets, users and sessions: ${missing.join(', ')}`]
      : []),
  ]
}

/** Says that a .env with secrets is in a repository. */
export const trackedEnv =
  'git looks after .env, which has secrets in it now: "git rm --cached .env" keeps them out of the next commit'

/** Says that an app is a workspace of a repository that has the only lockfile, where its Dockerfile needs one beside it. */
export function warnOfWorkspace(folder: string, { name, lockfile }: PackageManager): string[] {
  // With the others, an app is a root of its own, by pnpm-workspace.yaml and by yarn.lock.
  const root = name === 'npm' || name === 'bun' ? workspaceRoot(folder) : undefined
  if (root === undefined) return []
  const way =
    name === 'npm'
      ? 'make it by "npm install --package-lock-only --no-workspaces" in the folder of the app'
      : `take the app out of "workspaces", or build its image at the root`
  return [
    `the app is a workspace of ${root}, so that its ${lockfile} is there, and the Dockerfile needs one beside it: ${way}`,
  ]
}

function workspaceRoot(folder: string, above = dirname(folder)): string | undefined {
  const path = relative(above, folder).replaceAll(sep, '/')
  try {
    const { workspaces } = Object(parseJson(readFileSync(join(above, 'package.json'), 'utf8')))
    const patterns: unknown[] = [workspaces?.packages ?? workspaces ?? []].flat()
    if (
      isPathOf(
        path,
        patterns.map((each) => `${each}`.replace(/^\.\/|\/$/g, '')),
      )
    )
      return above
  } catch {
    // There is none, or none that can be read.
  }
  return dirname(above) === above ? undefined : workspaceRoot(folder, dirname(above))
}
