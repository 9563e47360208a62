import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyChanges } from '../../generators/files/apply.ts'
import { planChanges } from '../../generators/files/plan.ts'
import type { WriteAnswers, Written } from '../../generators/generator.ts'
import { runGenerator } from '../../generators/plop.ts'
import { switchGenerator } from '../../generators/switch.ts'
import { makeTree } from '../../generators/template/compose.ts'
import { recordFile } from '../../generators/template/record.ts'
import { type Tree, templateFiles } from '../../generators/template/tree.ts'
import { listing, temporaryFolder } from '../command.ts'
import { refusedAs } from './planned.ts'
import { withoutSecrets } from './without-secrets.ts'

export const template = templateFiles()

/** What the apps of these tests are made from, but for their store. */
export const usual = {
  ...{ name: 'shop', minimal: false, lifetime: '20m', maxLifetime: '8h', permanent: true },
  packageManager: 'npm',
}

/** An app in a folder of its own, as its owner finds it and edits it. */
export interface App {
  folder: string
  read: (path: string) => string
  write: (path: string, text: string) => void
  /** Changes a file; throws where there is nothing to change. */
  edit: (path: string, from: string | RegExp, to: string) => void
  switchTo: (store: string, how?: WriteAnswers) => Promise<Written>
  /** All that is there, by its path: modes and texts, and the folders. */
  everything: () => Record<string, string>
}

/** Makes an app with a store that goes when the test is over. */
export async function makeApp(
  test: Parameters<typeof temporaryFolder>[0],
  store: string,
  others: { packageManager?: string; nodePackage?: string } = {},
): Promise<App> {
  const folder = join(temporaryFolder(test), 'shop')
  const tree = await makeTree({ ...usual, store, ...others }, template)
  await applyChanges(folder, planChanges(tree, folder, 'error'))
  return appIn(folder)
}

/** The app in a folder. */
export function appIn(folder: string): App {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text)
  return {
    ...{ folder, read, write },
    edit: (path, from, to) => {
      const text = read(path)
      const edited = text.replace(from, to)
      assert.notEqual(edited, text, `${path} has nothing to edit`)
      write(path, edited)
    },
    switchTo: (store, how = {}) =>
      runGenerator(switchGenerator, { dir: folder, store, ...how }, { template }),
    everything: () =>
      Object.fromEntries(
        listing(folder).map((path) => {
          const found = statSync(join(folder, path))
          const mode = (found.mode & 0o777).toString(8)
          return [path, found.isDirectory() ? 'folder' : `${mode} ${read(path)}`]
        }),
      ),
  }
}

/** Fails where an app, edited by nobody, is not file by file and folder by folder a fresh one; but for secrets and users. */
export function assertLikeFresh({ everything }: App, fresh: Tree): void {
  const expected: Record<string, string> = {}
  for (const [path, { bytes, mode }] of fresh) {
    expected[path] = `${mode.toString(8)} ${Buffer.from(bytes)}`
    const steps = path.split('/').slice(0, -1)
    for (const [at] of steps.entries()) expected[steps.slice(0, at + 1).join('/')] = 'folder'
  }
  const found = everything()
  const [there = '', made = ''] = [found, expected].map((files) =>
    withoutSecrets('.env', files['.env']),
  )
  // That of an earlier store stays.
  const isNeeded = made.includes('STORE_PASSWORD=')
  assert.equal(isNeeded ? there : there.replace(/^STORE_PASSWORD=.*\n/m, ''), made, '.env')
  for (const path of ['.env', 'data/users.json']) {
    assert.ok(found[path]?.startsWith('600 '), `${path} is for others to read`)
    delete found[path]
    delete expected[path]
  }
  assert.deepEqual(found, expected)
  assert.ok(recordFile in expected)
}

/** Fails where it is not refused with this exit code and reason. */
export const assertRefused = (refused: Promise<unknown>, exitCode: number, reason: RegExp) =>
  assert.rejects(refused, refusedAs(exitCode, reason))
