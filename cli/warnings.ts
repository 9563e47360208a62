import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseEnv } from 'node:util'
import { type Change, textAfter } from '../generators/files/plan.ts'
import { attempt } from '../generators/input-error.ts'
import { developmentUser } from '../generators/template/compose.ts'
import { isPathOf } from '../generators/template/layers.ts'
import { warnOfAddress } from '../generators/template/next-steps.ts'
import type { PackageManager } from '../generators/template/package-managers.ts'
import { parseJson } from '../generators/template/tree.ts'

/** What whoever makes an app in a folder that holds files has to know: what goes, and what no longer starts. */
export function warnOfApp(changes: Change[]): string[] {
  const all = [...warnOfLosses(changes), warnOfModules(changes), ...warnOfEnv(changes)]
  return all.filter((warning) => warning !== undefined)
}

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8')

// What no repository has, so that nobody gets it back.
function warnOfLosses(changes: Change[]): string[] {
  const { STORE_PASSWORD: theirs } = parseEnv(textOf(findChange(changes, '.env')?.before))
  const { STORE_PASSWORD: ours } = parseEnv(textAfter(changes, '.env'))
  const password =
    theirs === undefined || theirs === ours
      ? ''
      : ', its STORE_PASSWORD too, which a server that is there does not know'
  const lost = {
    '.env': `its secret is a new one, which logs everybody out${password}, and lines of yours go`,
    'data/users.json': `its users go, and ${developmentUser} is the only one`,
  }
  return Object.entries(lost).flatMap(([path, what]) =>
    findChange(changes, path)?.kind === 'replace' ? `${path} is replaced: ${what}.` : [],
  )
}

function warnOfModules(changes: Change[]): string | undefined {
  const { before, kind } = findChange(changes, 'package.json') ?? {}
  if (!before || kind === 'conflict') return undefined
  const is = typeIn(textAfter(changes, 'package.json'))
  if (is === 'commonjs') {
    return 'the app does not start with "type": "commonjs" in package.json: set "module", and name your files that call require() .cjs'
  }
  if (is !== 'module' || typeIn(textOf(before)) === 'module') return undefined
  return 'package.json says "type": "module" now: a file of yours that calls require() has to be named .cjs'
}

// What cannot be read is told already.
const typeIn = (manifest: string): unknown => attempt(() => Object(parseJson(manifest)).type)

// What a .env that stays lacks, or has of another store.
function warnOfEnv(changes: Change[]): (string | undefined)[] {
  const { kind } = findChange(changes, '.env') ?? {}
  if (kind !== 'keep' && kind !== 'merge') return []
  const env = textAfter(changes, '.env')
  const { SESSION_SECRETS, SESSION_SECRETS_FILE } = parseEnv(env)
  const example = textOf(findChange(changes, '.env.example')?.file?.bytes)
  return [
    SESSION_SECRETS || SESSION_SECRETS_FILE
      ? undefined
      : 'the app does not start without SESSION_SECRETS in .env: put in 32 random bytes or more',
    warnOfAddress(env, example),
  ]
}

function findChange(changes: Change[], path: string): Change | undefined {
  return changes.find((change) => change.path === path)
}

/** How secrets, users or sessions of an app could be committed; nothing where they cannot. */
export function warnOfCommits(changes: Change[], { tracked }: { tracked: boolean }): string[] {
  const isOpen = findChange(changes, '.gitignore')?.kind === 'conflict'
  const lines = textAfter(changes, '.gitignore').split(/\r?\n/)
  const ignored = new Set(lines.map((line) => line.trim().replace(/^\//, '')))
  const missing = ['.env', 'data/'].filter(
    (path) => ![path, `${path}*`, path.replace('/', '')].some((line) => ignored.has(line)),
  )
  const advice = `put into .gitignore what holds secrets, users and sessions: ${missing.join(', ')}`
  return [...(tracked ? [trackedEnv] : []), ...(missing.length > 0 && !isOpen ? [advice] : [])]
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
  const manifest = attempt(() => parseJson(readFileSync(join(above, 'package.json'), 'utf8')))
  const { workspaces } = Object(manifest)
  const patterns: unknown[] = [workspaces?.packages ?? workspaces ?? []].flat()
  const plain = patterns.map((pattern) => `${pattern}`.replace(/^\.\/|\/$/g, ''))
  if (isPathOf(path, plain)) return above
  return dirname(above) === above ? undefined : workspaceRoot(folder, dirname(above))
}
