import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runSource } from '../command.ts'
import type { PlainPackage } from './plain-package.ts'

type BackendModule = typeof import('../../template/app/test/backend.ts')

const root = join(import.meta.dirname, '../..')

/** Loads a package of the folder `packages`. */
export async function loadPackage(name: string): Promise<PlainPackage> {
  const { plainPackage } = await import(join(import.meta.dirname, 'packages', `${name}.ts`))
  return plainPackage
}

/** Emits an app with the store of a package, and starts the server of that app's own tests. */
export async function startBackend(name: string, { backend }: PlainPackage) {
  const app = join(root, '.apps', `upstream-${name}`)
  rmSync(app, { recursive: true, force: true })
  mkdirSync(join(root, '.apps'), { recursive: true })
  const flags = ['--store', backend, '--no-install', '--no-git']
  const made = await runSource([`.apps/upstream-${name}`, ...flags], { cwd: root })
  if (made.code !== 0) throw new Error(made.err)
  const conformance = 'test/suite/conformance'
  cpSync(join(root, conformance), join(app, conformance), { recursive: true })
  const { startBackend: start }: BackendModule = await import(join(app, 'test/backend.ts'))
  const { url, stop } = await start()
  return {
    app,
    url,
    async stop() {
      await stop()
      rmSync(app, { recursive: true })
    },
  }
}
