import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  detectPackageManager,
  findPackageManager,
  type PackageManager,
  packageManagers,
} from '../generators/package-managers.ts'

/** The package manager of a project that is there: the one that its package.json or its lockfile names, or those of the repository that it is a part of, else the one that has started us. */
export function projectManager(folder: string): PackageManager {
  return findAbove(folder) ?? findPackageManager(detectPackageManager().packageManager).manager
}

function findAbove(folder: string): PackageManager | undefined {
  const named = packageManagers.find(({ name }) => nameIn(folder) === name)
  const locked = packageManagers.find(({ lockfile }) => existsSync(join(folder, lockfile)))
  const isTop = existsSync(join(folder, '.git')) || dirname(folder) === folder
  return named ?? locked ?? (isTop ? undefined : findAbove(dirname(folder)))
}

function nameIn(folder: string): string | undefined {
  try {
    const { packageManager } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return String(packageManager).split('@')[0]
  } catch {
    return undefined
  }
}
