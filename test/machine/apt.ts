import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { parseEnv } from 'node:util'
import { read, run } from './command.ts'

/** Where this machine gets the packages of its distribution from. */
export interface Sources {
  /** The code name of the release, such as `bookworm`. */
  suite: string
  mirror: string
  components: string[]
  /** The lines of a `sources.list`. */
  list: string[]
  /** The lines of an `apt.conf`: proxy and what else is needed to reach the mirror. */
  settings: string[]
}

/** Says whether packages can be installed here: as root, on Debian, Ubuntu and their kin. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && isInstalled('apt-get')
}

/** Says whether a program is there. */
export function isInstalled(program: string): boolean {
  return findProgram(program) !== undefined
}

/** The path of a program, or undefined when it is not there. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env.PATH?.split(delimiter) ?? []), '/usr/sbin', '/usr/bin']
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

/** Installs packages, after an update of apt's lists. */
export async function installPackages(...packages: string[]): Promise<void> {
  // A broken source beside the one that matters is no obstacle, only a likely reason of failure.
  const broken = await updateLists().then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    await apt(600, 'install', '--yes', '--no-install-recommends', ...packages)
  } catch (error) {
    throw broken ?? error
  }
}

/** Reads from apt where the packages of this machine's distribution come from. */
export async function readSources(): Promise<Sources> {
  const { ID = '', VERSION_CODENAME: suite = '' } = parseEnv(
    await readFile('/etc/os-release', 'utf8'),
  )
  let targets = await readTargets(ID)
  if (targets.length === 0) {
    await updateLists()
    targets = await readTargets(ID)
  }
  const main =
    targets.find(({ release }) => release === suite) ??
    targets.find(({ codename }) => codename === suite)
  if (!main) throw new Error(`apt has no source of ${ID || 'this system'} ${suite}`)
  const settings = await read(10, 'apt-config', 'dump', 'Acquire')
  return {
    suite,
    mirror: main.mirror,
    components: targets
      .filter(({ mirror, release }) => mirror === main.mirror && release === main.release)
      .map(({ component }) => component),
    list: targets.map(({ mirror, release, component }) => `deb ${mirror} ${release} ${component}`),
    settings: settings.split('\n').filter((line) => /^Acquire::(?!Index|.*Detect)/.test(line)),
  }
}

async function readTargets(distribution: string) {
  const format = '$(REPO_URI) $(RELEASE) $(CODENAME) $(COMPONENT) $(ARCHITECTURE) $(ORIGIN)'
  const question = ['indextargets', '--format', format, 'Identifier: Packages']
  const lines = (await read(10, 'apt-get', ...question)).split('\n')
  const architecture = await read(10, 'dpkg', '--print-architecture')
  const targets = []
  for (const line of lines) {
    const [uri = '', release = '', codename = '', component = '', arch, origin] = line.split(' ')
    if (origin?.toLowerCase() !== distribution || arch !== architecture) continue
    targets.push({ mirror: await resolveMirror(uri), release, codename, component })
  }
  return targets
}

// Cloud images name a file with mirrors in the place of a mirror.
async function resolveMirror(uri: string): Promise<string> {
  const path = /^mirror\+file:(.*?)\/?$/.exec(uri)?.[1]
  if (!path) return uri
  const [first = uri] = (await readFile(path.replace(/^\/+/, '/'), 'utf8')).trim().split(/\s+/)
  return first
}

async function updateLists(): Promise<void> {
  await apt(180, 'update')
}

async function apt(seconds: number, ...args: string[]): Promise<void> {
  await run(seconds, 'apt-get', ...args, '--option=DPkg::Lock::Timeout=60')
}
