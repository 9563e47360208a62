import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './command.ts'

/** Runs `work` on a copy of a folder that also has the npm packages, as `npm pack` brings them, that its packages.json names with their versions. */
export async function withPackages(
  folder: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'create-sess-app-'))
  try {
    await cp(folder, copy, { recursive: true })
    for (const each of await readPackages(folder)) {
      await run(300, 'npm', 'pack', each, '--ignore-scripts', `--pack-destination=${copy}`)
    }
    await work(copy)
  } finally {
    await rm(copy, { recursive: true })
  }
}

async function readPackages(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'packages.json'), 'utf8').catch(() => '{}')
  return Object.entries(JSON.parse(text)).map(([name, version]) => `${name}@${version}`)
}
