import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { appLayers } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { isAsked } from '../chosen-stores.ts'

const source = join(import.meta.dirname, '../suite')

// Their code is that of redis, postgres, dynamodb or memory but for an address, a driver, a client or a store to come.
const alike = ['mariadb', 'mysql', 'valkey', 'dynamodb-store', 'custom']

// What of them is about the store itself; the rest is of the commands and of users, by the same code.
const ofStores = '{backend,processes,sessions,users-table}'

// One of each kind: a server that keeps one connection, one with a pool of them, and a file.
const faulty = ['redis', 'postgres', 'sqlite']

// What is about passwords and no store runs where docs/asvs.md is made of it.
const allButPasswords = '!(password-hash|passwords)'

// What a server does under load takes longer, and the rest of a run shows the same by a proxy.
const shortFaults = ['network', 'writes', 'disk', 'restart']

/** The test files that a store has to pass; those of `unit` are about no store. Commands and the security suite of a store that is like another, and faults on other stores than a few, run in `npm run test:full`, and where `--store` names it. */
export function suiteFiles(store: string): string[] {
  const isOwnKind = isAsked || !alike.includes(store)
  const isFaulty = isAsked || faulty.includes(store)
  const ofSecurity = isAsked || store === 'sqlite' ? '*' : allButPasswords
  const ofKind = isOwnKind
    ? ['conformance/*', `security/${ofSecurity}`]
    : [`conformance/${ofStores}`]
  const parts = [...ofKind, 'store/*']
  const faults = isAsked ? ['*'] : shortFaults
  const all = [...parts, ...(isFaulty ? faults.map((each) => `faults/${each}`) : [])]
  return all.map((each) => `test/suite/${each}.test.ts`)
}

/** Lays test/suite over an emitted app, with what the layers of its store add or replace in `test/suite/store`. */
export function laySuite(folder: string, store: string): void {
  const target = join(folder, 'test/suite')
  const isLayer = (path: string) => path === join(source, 'stores')
  cpSync(source, target, { recursive: true, filter: (path) => !isLayer(path) })
  for (const layer of appLayers(templateFiles(), store)) {
    const added = join(source, layer)
    if (existsSync(added)) cpSync(added, join(target, 'store'), { recursive: true })
  }
}
