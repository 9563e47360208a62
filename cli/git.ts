import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { shellWord } from '../generators/template/next-steps.ts'
import { type Failed, type Result, runQuietly } from './install.ts'

/** Makes a folder a repository with a first commit, as far as that makes sense where it lies; resolves to what came of it, in words. */
export async function makeRepository(folder: string): Promise<{ note: string; failed?: Failed }> {
  if (isInRepository(folder)) {
    return { note: 'Git: inside a repository that was there; nothing committed.' }
  }
  const git = (...args: string[]) => askGit(folder, ...args)
  const name = await git('config', 'user.name')
  if (!name.found) return { note: 'Git: no repository: git is not installed.' }
  const known = name.ok && (await git('config', 'user.email')).ok
  const steps = [
    ['init'],
    ['add', '--all'],
    // The .gitignore leaves these two out already; secrets are worth a second lock.
    ['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', '.env', 'data'],
    ...(known ? [['commit', '--message', 'Initial commit']] : []),
  ]
  for (const step of steps) {
    const { ok, output } = await git(...step)
    const command = ['git', ...step].map(shellWord).join(' ')
    if (!ok) return { note: 'Git: git failed.', failed: { command, output } }
  }
  const what = known ? 'committed' : 'not committed: git does not know your name'
  return { note: `Git: a new repository, ${what}.` }
}

/** Whether a folder is one of a repository and has changes that are not committed. */
export async function hasUncommitted(folder: string): Promise<boolean> {
  const { ok, output } = await askGit(folder, 'status', '--porcelain', '--', '.')
  return ok && output !== ''
}

/** Whether a file is one that git looks after, whatever a .gitignore says of it. */
export async function isTracked(folder: string, path: string): Promise<boolean> {
  return (
    isInRepository(folder) && (await askGit(folder, 'ls-files', '--error-unmatch', '--', path)).ok
  )
}

function askGit(folder: string, ...args: string[]): Promise<Result> {
  return runQuietly('git', args, { cwd: folder, env: ownEnvironment(), seconds: 60 })
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  return dirname(folder) !== folder && isInRepository(dirname(folder))
}

// Those that a hook sets for its own repository would lead our git to that one.
function ownEnvironment(): NodeJS.ProcessEnv {
  const settings = /^GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$/
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || settings.test(name)),
  )
}
