import type { Change } from '../generators/changes/changes.ts'
import { unifiedDiff } from './unified-diff.ts'

/** A file that is there beside the one that would be written, as a unified diff; undefined where they do not differ, or where that is not to be shown. */
export function fileDiff({ path, kind, file, before }: Change): string | undefined {
  if (!file || !before || kind === 'same' || holdsSecrets(path)) return undefined
  const [there, ours] = [before, file.bytes].map((bytes) => Buffer.from(bytes).toString('utf8'))
  if (there === undefined || ours === undefined || there.includes('\0')) return undefined
  return `--- there/${path}\n+++ new/${path}\n${unifiedDiff(there, ours)}`
}

/** Whether a file may hold what no terminal, log or program is to see. */
export function holdsSecrets(path: string): boolean {
  // Yarn and bun have their tokens in files that an app has as well.
  return /(^|\/)(\.env(?!\.example$)[^/]*|data\/.+|\.yarnrc\.yml|bunfig\.toml)$/.test(path)
}
