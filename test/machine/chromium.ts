import { canInstall, findProgram, installPackages } from './apt.ts'
import { explain, read } from './command.ts'

/** Where the Chromium or Chrome of this machine is, or undefined. */
export function findChromium(): string | undefined {
  return findProgram('chromium') ?? findProgram('google-chrome')
}

/** Makes sure that a Chromium is there and starts, or says in one line what is missing. */
export async function ensureChromium(): Promise<string | undefined> {
  const found = findChromium()
  if (!found && !canInstall()) return describeLack()
  try {
    if (!found) await installPackages('chromium')
    // Where a distribution has it as a snap only, its package is a file that tells of the snap.
    await read(30, findChromium() ?? 'chromium', '--version')
    return undefined
  } catch (error) {
    return `${found ?? 'Chromium'} could not be ${found ? 'started' : 'installed'}: ${explain(error)}`
  }
}

/** What to do where there is no Chromium. */
export function describeLack(): string {
  return 'There is no chromium or google-chrome: install one, or run "npm test" as root on Debian to have it installed'
}
