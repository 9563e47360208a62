import { relative } from 'node:path'
import { parseEnv } from 'node:util'
import type { Written } from '../generator.ts'
import { appLayers, layerPackage, readLacks } from './layers.ts'
import type { Tree } from './tree.ts'

/** What to do before sessions in this store can start: commands, each with what it is for behind a `#`, and sentences; `compose` starts its server, `prepare` makes its table. */
export function storeSteps(
  template: Tree,
  store: string,
  {
    compose = '',
    prepare = 'npm run setup  # makes the table',
  }: { compose: string | undefined; prepare?: string },
): string[] {
  const own = appLayers(template, store).map((layer) => layerPackage(template, layer).store?.next)
  const service = serviceOf(compose)
  return [
    ...own.filter((sentence) => sentence !== undefined),
    ...(service ? [`docker compose up -d --wait  # starts ${service}`] : []),
    ...(readLacks(template, store).creation ? [prepare] : []),
  ]
}

function serviceOf(compose: string): string | undefined {
  const image = /image: (\S+)/.exec(compose)?.[1]
  const address = /- (127\.0\.0\.1:\d+):\d+/.exec(compose)?.[1]
  return image && (address ? `${image} at ${address}` : image)
}

/** Says that the store in a `.env` is of another kind than that of an example, and which line goes in its place; undefined where it is not. */
export function warnOfAddress(env: string, example: string): string | undefined {
  const theirs = schemeOf(parseEnv(env).SESSION_STORE_URL)
  const [line = '', ours = ''] = /^SESSION_STORE_URL=(.*)$/m.exec(example) ?? []
  // As rediss: is redis: with TLS.
  if (theirs === '' || theirs.startsWith(schemeOf(ours))) return undefined
  const password = line.includes('<password>') ? ', with STORE_PASSWORD of .env for <password>' : ''
  return `.env has a SESSION_STORE_URL for ${theirs}, and it stays: put in its place ${line}${password}`
}

const schemeOf = (url = '') => /^[a-z]+/.exec(url)?.[0] ?? ''

/** All that is left to type once files are written, from the folder that one is in. */
export function stepsAfter(
  { folder, manager, nextSteps }: Pick<Written, 'folder' | 'manager' | 'nextSteps'>,
  isInstalled = false,
): string[] {
  const way = relative(process.cwd(), folder)
  return [
    ...(way ? [`cd ${shellWord(way)}`] : []),
    ...(isInstalled ? [] : [`${manager.name} install`]),
    ...nextSteps,
  ]
}

/** How to log in to a new app, in a sentence, with what has to be seen in it made bold. */
export function loginLine(
  { user, password }: { user: string; password: string },
  bold = (text: string) => text,
): string {
  return `Log in as ${bold(user)} with the password ${bold(password)} (it is shown only now).`
}

/** A folder as it is typed: by its path where its name would be taken for a command of ours, or for a flag. */
export function folderWord(dir: string): string {
  return shellWord(/^(-|(add|help|switch|update)$)/.test(dir) ? `./${dir}` : dir)
}

/** A word as a shell takes it for one: quoted where it has to be. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`
}
