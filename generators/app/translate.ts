import { findPackageManager, type PackageManager } from '../package-managers.ts'
import { putText, type Tree, textOf } from '../tree.ts'

/** The files of an app that tell people what to type. */
export const spokenFiles = [
  ...['README.md', 'SECURITY.md', 'AGENTS.md'],
  ...['.env.example', 'docker-compose.yml'],
]

/** Makes the prose of an app speak of its package manager where it speaks of npm. */
export function translate({
  tree,
  packageManager,
}: {
  tree: Tree
  packageManager?: string | undefined
}): string {
  const { manager } = findPackageManager(packageManager)
  for (const path of spokenFiles) {
    const text = textOf(tree, path)
    if (text !== undefined) putText(tree, path, translateCommands(text, manager))
  }
  return manager.name
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

function translateWords(text: string, { name, run, add, remove, separator }: PackageManager) {
  const npm = (rest: string) => new RegExp(`(?<![\\w@/-])npm ${rest}`, 'g')
  return text
    .replace(npm('run ([\\w:-]+) --(?= )'), `${run} $1${separator}`)
    .replace(npm('run (?=[\\w:-])'), `${run} `)
    .replace(npm('(start|test)\\b'), `${run} $1`)
    .replace(npm('install (?=[@\\w])'), `${add} `)
    .replace(npm('install\\b'), `${name} install`)
    .replace(npm('remove\\b'), remove)
    .replace(/(?<![\w@/-])npm's(?= )/g, `${name}'s`)
}
