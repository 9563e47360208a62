import packageJson from '../package.json' with { type: 'json' }
import type { Settled } from './answers.ts'
import { flagOf, type Said } from './options.ts'
import { shellWord } from './shell-word.ts'

/** What was said about one run only, as flags: it is in no file that comes of it. */
export function runFlags({ install, git, secretFile, onConflict }: Said): string[] {
  return [
    ...(secretFile ? [`${flagOf({ name: 'secretFile' })} ${shellWord(secretFile)}`] : []),
    ...(install === false ? ['--no-install'] : []),
    ...(git === false ? ['--no-git'] : []),
    ...(onConflict && onConflict !== 'error' ? [`--on-conflict ${onConflict}`] : []),
  ]
}

/** The command that does the same to a folder again, as in `switch . --store redis`. */
export function againInFolder(command: string, settled: Settled): string {
  const { dir, store } = settled
  return [
    `npx create-sess-app@${packageJson.version} ${command} ${shellWord(dir)} --store ${store}`,
    ...runFlags(settled),
  ].join(' ')
}
