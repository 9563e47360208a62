import { readFile } from 'node:fs/promises'
import { checkSecret } from '../generators/app/secret.ts'
import { quote, Refusal } from '../generators/refusal.ts'
import { flagOf, type Option, type Said } from './options.ts'

/** The exit code when something has to be said, and there is nobody to ask. */
const inputNeeded = 4

/** Refuses what was said and cannot be, or is taken unasked and cannot be, before anything is asked. */
export function checkSaid(said: Said, options: Option[]): void {
  for (const { name, asked, usual, check } of options) {
    const value = said[name] ?? (asked ? undefined : usual)
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

/** What a command works from, once nothing is left to ask. */
export type Settled<Known extends keyof Said = 'dir' | 'store' | 'install'> = Said &
  Required<Pick<Said, Known>>

/** What was said, with what is usual for the rest; throws with exit code 4 where nothing is usual. */
export function takeUsual(said: Said, options: Option[]): Settled {
  const settled: Record<string, unknown> = { ...said }
  for (const option of options) {
    const { name, usual, asked, follow, check } = option
    if (said[name] !== undefined) continue
    if (usual === undefined && asked === true) throw notSaid(option)
    if (usual === undefined) continue
    const taken = follow ? follow(settled) : usual
    if (typeof taken === 'string') check?.(taken, settled)
    settled[name] = taken
  }
  return settled as unknown as Settled
}

function notSaid(option: Option): Refusal {
  const names = option.choices?.map(({ name }) => name).join(', ')
  const from = names ? `, one of ${names}` : ''
  return new Refusal(
    `${flagOf(option)} is not said, and there is no terminal to ask at: say ${flagOf(option)} ${option.value}${from}`,
    inputNeeded,
  )
}

/** Lines that tell what was taken as usual, each with the flag that changes it. */
export function tellUsual(said: Said, settled: Settled, options: Option[]): string[] {
  const taken = options.filter(({ name, asked }) => asked === true && said[name] === undefined)
  const width = Math.max(...taken.map((option) => flagOf(option).length))
  return taken.map((option) => {
    const isDirectory = option.name === 'dir'
    const name = isDirectory ? 'directory' : flagOf(option).slice(2)
    const value = settled[option.name]
    const word = typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`
    const gaveWay = option.follow && value !== option.follow({})
    const why = gaveWay ? ', to fit the lifetime given' : ''
    const change = isDirectory ? [] : [flagOf(option, value !== true)]
    const how = [...change, option.value ?? ''].join(' ')
    return `  ${name.padEnd(width)}${(word + why).padEnd(10)}  ${how}`.trimEnd()
  })
}
