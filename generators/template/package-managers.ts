import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { detect } from 'package-manager-detector/detect'
import { InputError, nearestWord, quote } from '../input-error.ts'

/** A package manager in its own words. */
export interface PackageManager {
  name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  description: string
  /** The version that an app names when nobody said one: the one that our tests run. */
  version: string
  /** The first that does what the app's settings say. */
  oldest: string
  lockfile: string
  /** What comes before the name of a script, in words for a terminal. */
  run: string
  /** How to get it, for those who do not have it. */
  howToGet: string
}

/** A package manager, and the version of it that an app is made for, if that matters. */
export interface ChosenManager {
  manager: PackageManager
  version?: string | undefined
  /** Both in one word, as it is typed and recorded. */
  answer: string
}

/** The package managers that an app can be made for; the first needs no files of its own. */
export const packageManagers: PackageManager[] = [
  {
    name: 'npm',
    description: 'comes with Node',
    version: '12.2.1',
    oldest: '0',
    lockfile: 'package-lock.json',
    run: 'npm run',
    howToGet: 'install Node, which brings it (https://nodejs.org)',
  },
  {
    name: 'pnpm',
    description: 'one store for all apps',
    version: '12.21.0',
    // It was the first to know allowBuilds.
    oldest: '10.26',
    lockfile: 'pnpm-lock.yaml',
    run: 'pnpm run',
    howToGet: 'get it by "npm install --global pnpm"',
  },
  {
    name: 'yarn',
    description: 'Yarn 4, with node_modules',
    version: '4.18.1',
    oldest: '4.0',
    lockfile: 'yarn.lock',
    run: 'yarn',
    howToGet: 'get it by "npm install --global corepack && corepack enable"',
  },
  {
    name: 'bun',
    description: 'installs; Node runs the app',
    version: '1.4.5',
    // It was the first to write bun.lock.
    oldest: '1.2',
    lockfile: 'bun.lock',
    run: 'bun run',
    howToGet: 'get it by "npm install --global bun"',
  },
]

const [npm] = packageManagers as [PackageManager]

/** The package manager of an answer such as `pnpm` or `pnpm@12.21.0`, npm where there is none; refuses others. */
export function findPackageManager(answer: string = npm.name): ChosenManager {
  const [, name, version] = /^(\w+)(?:@(\d+\.\d+\.\d+[\w.-]*))?$/.exec(answer) ?? []
  const names = packageManagers.map((manager) => manager.name)
  const manager = packageManagers.find((each) => each.name === name)
  if (!manager) {
    const meant = nearestWord(answer.replace(/@.*/, ''), names)
    throw new InputError(
      `${quote(answer)} is no package manager: ${meant ? `did you mean ${meant}? They are` : 'choose one of'} ${names.join(', ')}, or with a version, as in pnpm@${packageManagers[1]?.version}`,
    )
  }
  if (version && !isAtLeast(version, manager.oldest)) {
    throw new InputError(
      `${quote(answer)} is too old for the app: choose ${name} ${manager.oldest} or later, or npm`,
    )
  }
  // npm, whose files are the same in every version, names one only on demand.
  if (manager === npm && !version) return { manager, answer: npm.name }
  const named = version ?? manager.version
  return { manager, version: named, answer: `${manager.name}@${named}` }
}

/** The package manager that has started this process, npm where it is none that we know; the note tells of one that is too old. */
export function detectPackageManager(userAgent: string = process.env.npm_config_user_agent ?? ''): {
  packageManager: string
  note?: string
} {
  const [, name, version = ''] = /^(\w+)\/(\d+\.\d+\.\d+[\w.-]*)/.exec(userAgent) ?? []
  const manager = packageManagers.find((each) => each.name === name) ?? npm
  if (manager === npm) return { packageManager: npm.name }
  if (isAtLeast(version, manager.oldest)) return { packageManager: `${name}@${version}` }
  const note = `${name} ${version} is too old for the app, which is made for npm: --package-manager ${name} makes it for ${name} ${manager.oldest} or later.`
  return { packageManager: npm.name, note }
}

/** A text whose commands of npm are those of another package manager; comments behind commands stay in their column. */
export function translateCommands(text: string, manager: PackageManager): string {
  if (manager.name === 'npm') return text
  return text
    .split('\n')
    .map((line) => {
      const [, command = line, gap = '', comment = ''] = /^(.*\S)( {2,})(# .*)$/.exec(line) ?? []
      const translated = translateWords(command, manager)
      const width = Math.max(2, command.length + gap.length - translated.length)
      return comment ? translated + ' '.repeat(width) + comment : translated
    })
    .join('\n')
}

function translateWords(text: string, { name, run }: PackageManager) {
  const npm = (rest: string) => new RegExp(`(?<![\\w@/-])npm ${rest}`, 'g')
  return text
    .replace(npm('run ([\\w:-]+) --(?= )'), `${run} $1`)
    .replace(npm('run (?=[\\w:-])'), `${run} `)
    .replace(npm('(start|test)\\b'), `${run} $1`)
    .replace(npm('install (?=[@\\w])'), `${name} add `)
    .replace(npm('(install|remove)\\b'), `${name} $1`)
    .replace(/(?<![\w@/-])npm's(?= )/g, `${name}'s`)
}

/** Whether a version such as `20.12.1` is the one needed, such as `20.12`, or a later one. */
export function isAtLeast(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number)
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

/** The package manager of a project that is there: the one that its package.json or its lockfile names, or those of the repository that it is a part of, else the one that has started us. */
export async function projectManager(folder: string): Promise<PackageManager> {
  const found = await detect({
    cwd: folder,
    strategies: ['lockfile', 'packageManager-field'],
    stopDir: (above) => existsSync(join(above, '.git')),
  })
  const named = packageManagers.find(({ name }) => name === found?.name)
  return named ?? findPackageManager(detectPackageManager().packageManager).manager
}
