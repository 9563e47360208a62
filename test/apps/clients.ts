import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { PackageManager } from '../../generators/template/package-managers.ts'
import { runCommand } from '../command.ts'
import { userEnvironment } from './packed.ts'

const system = process.platform === 'win32' ? 'windows' : process.platform
const machine = process.arch === 'arm64' ? 'aarch64' : process.arch

/** The package that is a package manager, and what runs it from there; none of them needs an install script. */
const packages: Record<string, { id: string; command: (folder: string) => string[] }> = {
  npm: { id: 'npm', command: (folder) => [process.execPath, join(folder, 'bin/npm-cli.js')] },
  pnpm: { id: 'pnpm', command: (folder) => ['sh', join(folder, 'pnpm')] },
  yarn: { id: '@yarnpkg/cli-dist', command: (folder) => ['node', join(folder, 'bin/yarn.js')] },
  bun: { id: `@oven/bun-${system}-${machine}`, command: (folder) => [join(folder, 'bin/bun')] },
}

/** A package manager of a certain version. */
export interface Client {
  manager: PackageManager
  version: string
}

/** An environment in which the name of a package manager runs this version of it; throws when that cannot be had. */
export async function fetchClient({ manager, version }: Client): Promise<NodeJS.ProcessEnv> {
  const { name } = manager
  const { id = '', command } = packages[name] ?? {}
  const home = join(tmpdir(), 'create-sess-app-clients', `${name}-${version}`)
  if (!existsSync(home)) await fetchInto(home, `${id}@${version}`)
  const bin = join(home, 'bin')
  const words = command?.(join(home, 'node_modules', id)) ?? []
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`)
  chmodSync(join(bin, name), 0o755)
  // A Node that is new enough for npm 12; the others run on that of the machine.
  const node = name === 'npm' ? [dirname(process.execPath)] : []
  const path = [bin, ...node, userEnvironment.PATH].join(delimiter)
  return { ...userEnvironment, ...ownSettings(), PATH: path }
}

/** What npm of this machine is told of its registry, in the words of all: the others do not read its files, nor does another npm read the global one. */
function ownSettings(): NodeJS.ProcessEnv {
  const args = ['config', 'get', 'registry', 'cafile']
  const said = execFileSync('npm', args, { env: userEnvironment, encoding: 'utf8' })
  const [, registry = ''] = /^registry=(.+)$/m.exec(said) ?? []
  const [, cafile = 'null'] = /^cafile=(.+)$/m.exec(said) ?? []
  return {
    npm_config_registry: registry,
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
    BUN_CONFIG_REGISTRY: registry,
    ...(cafile !== 'null' && { npm_config_cafile: cafile, NODE_EXTRA_CA_CERTS: cafile }),
  }
}

// Whole or not at all, for the next run as well.
async function fetchInto(home: string, id: string): Promise<void> {
  mkdirSync(dirname(home), { recursive: true })
  const made = mkdtempSync(`${home}-`)
  writeFileSync(join(made, 'package.json'), '{ "private": true }')
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', id]
  const { code, err } = await runCommand('npm', args, { cwd: made, env: userEnvironment })
  if (code !== 0) throw new Error(`${id} cannot be had: ${err.trim().split('\n')[0]}`)
  try {
    renameSync(made, home)
  } catch (error) {
    rmSync(made, { recursive: true })
    // Another test has fetched it meanwhile.
    if (!existsSync(home)) throw error
  }
}
