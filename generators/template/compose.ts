import { randomBytes, scryptSync } from 'node:crypto'
import Handlebars from 'handlebars'
import { fillEnv } from '../../template/app/src/session/settings.ts'
import type { UserRecords } from '../../template/app/src/users/users-file.ts'
import { parseLifetime, type TreeAnswers } from './answers.ts'
import { appLayers, minimalLayers } from './layers.ts'
import { appPackages, mergeManifest, packagesWithScripts } from './manifest.ts'
import { findPackageManager, translateCommands } from './package-managers.ts'
import { putRecord } from './record.ts'
import { putText, subtree, type Tree, templateFiles, textOf } from './tree.ts'

/** The files that have names filled in; all others are copied as they are. */
export const renderedFiles = ['README.md', 'SECURITY.md']

/** The files of an app that tell people what to type. */
export const translatedFiles = [...renderedFiles, 'AGENTS.md', '.env.example', 'docker-compose.yml']

/** The user that a new app has, so that its author can log in at once. */
export const developmentUser = 'dev'

// Made from all the layers together.
const joined = new Set(['package.json', '.env.example', ...renderedFiles])

/** All files of an app, written nowhere; the same answers give the same bytes, but for secrets. */
export function makeTree(answers: TreeAnswers, template: Tree = templateFiles()): Tree {
  const { name, store, minimal, permanent, secret, password = newPassword() } = answers
  const { manager, version, answer } = findPackageManager(answers.packageManager)
  const folders = appLayers(template, store)
  const all = [...folders, `managers/${manager.name}`].map((folder) => subtree(template, folder))
  const layers = minimal ? minimalLayers(template, all) : all
  const packages = appPackages(template, folders, answers)
  const idleSeconds = parseLifetime(answers.lifetime)
  const maxSeconds = parseLifetime(answers.maxLifetime)
  const names = { ...answers, idleSeconds, maxSeconds }

  const files = layers.flatMap((layer) => [...layer])
  const tree: Tree = new Map(files.filter(([path]) => !joined.has(path)))
  putText(tree, 'package.json', mergeManifest(packages, { name, manager, version }))
  if (manager.name === 'pnpm') blockBuilds(tree, packagesWithScripts(packages))
  joinEnv(tree, layers)
  for (const path of renderedFiles) {
    const text = joinText(layers, path)
    if (text !== undefined) putText(tree, path, handlebars.compile(text, compileOptions)(names))
  }
  for (const path of translatedFiles) {
    const text = textOf(tree, path)
    if (text !== undefined) putText(tree, path, translateCommands(text, manager))
  }
  setEnv(tree, {
    SESSION_IDLE_SECONDS: idleSeconds,
    SESSION_ABSOLUTE_SECONDS: maxSeconds,
    SESSION_PERMANENT: permanent,
  })
  const example = textOf(tree, '.env.example') ?? ''
  putText(tree, '.env', fillEnv(example, secret === undefined ? {} : { secret }), 0o600)
  if (tree.has('src/users/users-file.ts')) putUser(tree, password)
  putRecord(tree, { ...answers, packageManager: answer })
  return tree
}

/** A password that nobody guesses, for the development user of one app. */
export const newPassword = () => randomBytes(12).toString('base64url')

/** Joins `.env.example` of each layer; a variable that a later layer sets again is set there only. */
export function joinEnv(tree: Tree, layers: Tree[]): void {
  const text = joinText(layers, '.env.example')
  const setAgainBelow = /^([A-Z][A-Z0-9_]*)=.*\n(?=[\s\S]*^\1=)/gm
  if (text !== undefined) putText(tree, '.env.example', text.replace(setAgainBelow, ''))
}

/** One text of the same file of each layer, with a blank line between; undefined where none has it. */
function joinText(layers: Tree[], path: string): string | undefined {
  const parts = layers.flatMap((layer) => textOf(layer, path) ?? [])
  return parts.length > 0 ? parts.map((part) => `${part.trim()}\n`).join('\n') : undefined
}

// Its own instance: node-plop fills the global one with helpers, and renders a missing name as ''.
const handlebars = Handlebars.create()
// What is missing is an error, and nothing is escaped.
const compileOptions = { strict: true, noEscape: true, knownHelpersOnly: true }

function blockBuilds(tree: Tree, packages: string[]): void {
  if (packages.length === 0) return
  const settings = textOf(tree, 'pnpm-workspace.yaml') ?? ''
  const lines = packages.map((name) => `  ${JSON.stringify(name)}: false\n`)
  putText(tree, 'pnpm-workspace.yaml', `${settings}allowBuilds:\n${lines.join('')}`)
}

/** Sets values on their lines in `.env.example`. */
function setEnv(tree: Tree, values: Record<string, number | boolean>): void {
  let example = textOf(tree, '.env.example') ?? ''
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^${name}=.*$`, 'm')
    if (!line.test(example)) throw new Error(`.env.example has no line for ${name}`)
    example = example.replace(line, `${name}=${value}`)
  }
  putText(tree, '.env.example', example)
}

// Of the password, only the hash is kept. Slow hashes protect what people think of; this is 96 random bits, every Node can verify it, and the first login puts the app's own hash in its place.
function putUser(tree: Tree, password: string): void {
  const salt = randomBytes(16)
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 })
  const [saltText, keyText] = [salt, key].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  )
  const now = Date.now()
  const users: UserRecords = {
    [developmentUser]: {
      hash: `$scrypt$ln=10,r=8,p=1$${saltText}$${keyText}`,
      created: now,
      sessionVersion: now,
    },
  }
  putText(tree, 'data/users.json', `${JSON.stringify(users, null, 2)}\n`, 0o600)
}
