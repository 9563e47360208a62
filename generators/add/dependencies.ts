import { parseJson } from '../json-text.ts'
import { layerPackage, type Versions } from '../package-json.ts'
import { appLayers } from '../stores.ts'
import type { Tree } from '../tree.ts'
import { type Manifest, majorOf, type Project, versionsOf } from './project.ts'

// Of the app's packages, those that its src/session/ imports; a test compares.
const ofSessions = ['@msgpack/msgpack', 'express-session']

/** What a project lacks of the packages that sessions need. */
export interface Lacking {
  dependencies: Versions
  devDependencies: Versions
  /** What it has in a version that ours were not made for. */
  warnings: string[]
}

/** The packages that sessions in a store need and a project has not got, in our versions. */
export function findLacking(template: Tree, store: string, project: Project): Lacking {
  const app = layerPackage(template, 'app')
  const [, ...layers] = appLayers(template, store).map((layer) => layerPackage(template, layer))
  const needed: Versions = Object.assign(
    pick(app.dependencies, ofSessions),
    ...layers.map(({ dependencies }) => dependencies),
  )
  const there = versionsOf(project.manifest)
  const warnings = Object.entries(needed).flatMap(([name, ours]) => {
    const theirs = there[name]
    const isOther = theirs !== undefined && majorOf(theirs) !== majorOf(ours)
    return isOther
      ? `package.json asks for ${name} ${theirs}, and src/session/ is made for ${ours}: take that version`
      : []
  })
  // Types of another major version than that of Express would be wrong.
  const isSameExpress = majorOf(there.express ?? '') === majorOf(app.dependencies?.express ?? '')
  const types = [
    ...(isSameExpress ? ['@types/express'] : []),
    ...['@types/express-session', '@types/node'],
  ]
  return {
    // What is there for development alone is not there in production.
    dependencies: without(versionsOf({ ...project.manifest, devDependencies: {} }), {
      ...needed,
      ...pickThere(there, Object.keys(needed)),
    }),
    devDependencies: project.typescript ? without(there, pick(app.devDependencies, types)) : {},
    warnings,
  }
}

/** The text of a package.json with packages more, sorted as npm sorts them, and else as it was. */
export function addDependencies(
  text: string,
  added: Pick<Lacking, 'dependencies' | 'devDependencies'>,
): string {
  const kinds = (['dependencies', 'devDependencies'] as const).filter(
    (kind) => Object.keys(added[kind]).length > 0,
  )
  if (kinds.length === 0) return text
  const manifest = parseJson(text) as Manifest
  for (const kind of kinds) {
    const all = { ...manifest[kind], ...added[kind] }
    manifest[kind] = pick(all, Object.keys(all).sort())
  }
  const { devDependencies } = manifest
  for (const name of Object.keys(added.dependencies)) delete devDependencies?.[name]
  if (devDependencies && Object.keys(devDependencies).length === 0) delete manifest.devDependencies
  const [, indent = '  '] = /^([ \t]+)"/m.exec(text) ?? []
  const [end = ''] = /\s*$/.exec(text) ?? []
  const line = text.includes('\r\n') ? '\r\n' : '\n'
  return JSON.stringify(manifest, null, indent).replaceAll('\n', line) + end
}

function pickThere(there: Record<string, string | undefined>, names: string[]): Versions {
  return Object.fromEntries(names.flatMap((name) => (there[name] ? [[name, there[name]]] : [])))
}

function pick(versions: Versions = {}, names: string[]): Versions {
  return Object.fromEntries(names.map((name) => [name, versions[name] ?? '']))
}

function without(there: Record<string, unknown>, versions: Versions): Versions {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => !(name in there)))
}
