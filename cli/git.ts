import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { shellWord } from '../generators/template/next-steps.ts'
import { type Result, runQuietly } from './install.ts'

/** What came of it in words; the output is that of a command that failed. */
export interface RepositoryResult {
  result: string
  failed?: { command: string; output: string }
}

/** Makes a folder a repository with a first commit, as far as that makes sense where it lies. */
export async function makeRepository(folder: string): Promise<RepositoryResult> {
  if (isInRepository(folder))
    return { result: 'inside a repository that was there; nothing committed' }
  const git = (...args: string[]) => askGit(folder, ...args)
  if (!(await git('--version')).found) return { result: 'no repository: git is not installed' }
  const known = (await git('config', 'user.name')).ok && (await git('config', 'user.email')).ok
  const steps = [
    ['init'],
    ['add', '--all'],
    // The .gitignore leaves these two out already; secrets are worth a second lock.
    ['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', '.env', 'data'],
    ...(known ? [['commit', '--message', 'Initial commit']] : []),
  ]
  for (const step of steps) {
    const { ok, output } = await git(...step)
    if (!ok)
      return {
        result: 'git failed',
        failed: { command: ['git', ...step].map(shellWord).join(' '), output },
      }
  }
  return {
    result: known
      ? 'a new repository, committed'
      : 'a new repository, not committed: git does not know your name',
  }
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
