import { readFile } from 'node:fs/promises'
import { quote, Refusal } from '../generators/refusal.ts'
import { checkSecret } from '../generators/secret.ts'
import { flagOf, type Option, type Said } from './options.ts'

/** Refuses what was said and cannot be, before anything is asked. */
export function checkSaid(said: Said, options: Option[]): void {
  for (const { name, check } of options) {
    const value = said[name]
    if (typeof value === 'string') check?.(value, said)
  }
}

/** The secret that was given, from the command line or its file. */
export async function givenSecret({ secret, secretFile }: Said): Promise<string | undefined> {
  if (secret && secretFile) {
    throw new Refusal('--secret and --secret-file contradict each other: say one of them')
  }
  const given = secretFile ? await readSecretFile(secretFile) : secret
  if (given !== undefined) checkSecret(given)
  return given
}

async function readSecretFile(path: string): Promise<string> {
  try {
    const secret = (await readFile(path, 'utf8')).trim()
    if (secret) return secret
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Refusal(
      `the secret file ${quote(path)} cannot be read (${code ?? message}): check its name`,
    )
  }
  throw new Refusal(`the secret file ${quote(path)} is empty: write a secret into it`)
}

/** All that an app is made from, once nothing is left to ask. */
export type Settled = Said & Required<Pick<Said, Asked>>
type Asked = 'dir' | 'store' | 'lifetime' | 'maxLifetime' | 'permanent' | 'install' | 'git'

/** What was said, with what is usual for the rest. */
export function takeUsual(said: Said, options: Option[]): Settled {
  const settled: Record<string, unknown> = { ...said }
  for (const { name, usual, follow, check } of options) {
    if (usual === undefined || said[name] !== undefined) continue
    const taken = follow ? follow(settled) : usual
    if (typeof taken === 'string') check?.(taken, settled)
    settled[name] = taken
  }
  return settled as unknown as Settled
}

/** Lines that tell what was taken as usual, each with the flag that changes it. */
export function tellUsual(said: Said, settled: Settled, options: Option[]): string[] {
  const taken = options.filter(({ name, usual }) => usual !== undefined && said[name] === undefined)
  return taken.map((option) => {
    const isDirectory = option.name === 'dir'
    const name = isDirectory ? 'directory' : flagOf(option).slice(2)
    const value = settled[option.name]
    const word = typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`
    const why = option.follow && value !== option.usual ? ', to fit the lifetime given' : ''
    const change = isDirectory ? [] : [flagOf(option, value !== true)]
    const how = [...change, option.value ?? ''].join(' ')
    return `  ${name.padEnd(14)}${(word + why).padEnd(10)}  ${how}`.trimEnd()
  })
}
