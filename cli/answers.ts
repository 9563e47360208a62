import { readFile } from 'node:fs/promises'
import { InputError, inputNeeded, problemWith, quote } from '../generators/input-error.ts'
import { checkSecret } from '../generators/template/answers.ts'
import { flagOf, type Given, type Option, type Resolved, typed, usageOf } from './options.ts'
import { alignColumns, type Output } from './output.ts'

type Clack = typeof import('@clack/prompts')
type Answer = string | boolean | symbol

/** Throws for what was given and cannot be, or is taken unasked and cannot be, before anything is asked. */
export function checkGiven(given: Given, options: Option[], isAsked: boolean): void {
  const answers = isAsked ? beforeConflict(given) : given
  for (const { name, asked, default: value, check } of options) {
    const taken = given[name] ?? (asked ? undefined : value)
    if (typeof taken === 'string') check?.(taken, answers)
  }
}

// Answers as a check sees them while it can still be asked what becomes of files that are in the way.
const beforeConflict = (given: Given): Given => ({ onConflict: 'skip', ...given })

/** What was given, with the secret that is in a file; throws for one that no app would start with. */
export async function readSecret(given: Given): Promise<Given> {
  const { secretFile } = given
  if (given.secret && secretFile) {
    throw new InputError('--secret and --secret-file contradict each other: say one of them')
  }
  const secret = secretFile ? await readSecretFile(secretFile) : given.secret
  if (secret === undefined) return given
  checkSecret(secret)
  return { ...given, secret }
}

async function readSecretFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `the secret file ${quote(path)} cannot be read (${error.code ?? error.message}): check its name`,
    )
  })
  return text.trim()
}

/** What was given with the rest asked, or else the defaults, which are told; undefined when the asking is broken off. */
export async function resolveAnswers(
  given: Given,
  { options, output, isAsked }: { options: Option[]; output: Output; isAsked: boolean },
): Promise<Resolved | undefined> {
  if (isAsked) {
    const answered = await ask(given, options)
    return answered && takeDefaults(answered, options)
  }
  const resolved = takeDefaults(given, options)
  const taken = describeDefaults(given, resolved, options)
  if (taken) output.info(`Defaults taken, and what changes them:\n${taken}`)
  return resolved
}

/** What was given, with the defaults for the rest; throws with exit code 4 where there is none. */
function takeDefaults(given: Given, options: Option[]): Resolved {
  const resolved: Record<string, unknown> = { ...given }
  for (const option of options) {
    if (given[option.name] !== undefined) continue
    const taken = defaultOf(option, resolved)
    if (taken === undefined && option.asked === true) throw notGiven(option)
    if (typeof taken === 'string') option.check?.(taken, resolved)
    if (taken !== undefined) resolved[option.name] = taken
  }
  return resolved as unknown as Resolved
}

function notGiven(option: Option): InputError {
  const names = option.choices?.map(({ name }) => name).join(', ')
  const from = names ? `, one of ${names}` : ''
  return new InputError(
    `${flagOf(option)} is not said, and there is no terminal to ask at: say ${usageOf(option)}${from}`,
    inputNeeded,
  )
}

/** Lines that name the defaults that were taken, each with the flag that changes it. */
function describeDefaults(given: Given, resolved: Resolved, options: Option[]): string {
  const taken = options.filter(({ name, asked }) => asked === true && given[name] === undefined)
  const rows = taken.map((option) => {
    const name = option.name === 'dir' ? 'directory' : flagOf(option).slice(2)
    const value = resolved[option.name]
    const word = typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`
    const why = value === option.default ? '' : ', to fit the lifetime given'
    return [`  ${name}`, word + why, usageOf(option)]
  })
  return alignColumns(rows)
}

/** Asks at the terminal for what was not given; undefined when that is broken off. */
async function ask(given: Given, options: Option[]): Promise<Given | undefined> {
  // Loaded here only, as most runs ask nothing.
  const clack: Clack = await import('@clack/prompts')
  clack.intro('create-sess-app')
  let answers = { ...given }
  let isEach = false
  for (;;) {
    const open = options.filter((option) => isOpen(option, answers))
    const option = open.find(({ urgent }) => urgent) ?? open[0]
    if (!option) break
    const isRest = open.length > 2 && !option.first && !option.urgent && !isEach
    const answer = await (isRest ? askRest(clack, open, answers) : askOne(clack, option, answers))
    if (clack.isCancel(answer)) {
      clack.cancel('Interrupted: nothing was written.')
      return undefined
    }
    if (isRest && answer === 'defaults') break
    if (isRest) isEach = true
    else Object.assign(answers, { [option.name]: answer })
    if (option.name === 'onConflict' && answer === 'error') {
      const { dir: _full, onConflict: _again, ...others } = answers
      answers = others
    }
  }
  clack.outro('That is all I need to know.')
  return answers
}

/** Whether an option has to be asked about, after these answers. */
function isOpen({ name, asked }: Option, answers: Given): boolean {
  if (answers[name] !== undefined) return false
  return typeof asked === 'function' ? asked(answers) : asked === true
}

function askRest(clack: Clack, open: Option[], answers: Given): Promise<Answer> {
  const flags = open.map((option) => typed(option, defaultOf(option, answers) ?? ''))
  return clack.select({
    message: 'All other settings (--yes takes the defaults)',
    options: [
      { value: 'defaults', label: `Take the defaults: ${flags.join(' ')}` },
      { value: 'choose', label: 'Choose each' },
    ],
  })
}

/** What is taken where nobody says it, after these answers. */
const defaultOf = (option: Option, answers: Given) =>
  option.defaultAfter?.(answers) ?? option.default

function askOne(clack: Clack, option: Option, answers: Given): Promise<Answer> {
  const { check, choices, question = option.message } = option
  const [flag] = usageOf(option).split(' ')
  const initialValue = defaultOf(option, answers) ?? ''
  // The flag of a "no" beside a "yes" would be read as its name.
  const message = `${question} (${initialValue === true ? `${flag} is the no` : flag})`
  if (typeof initialValue === 'boolean') return clack.confirm({ message, initialValue })
  if (choices) {
    const lines = alignColumns(choices.map(({ name, description }) => [name, description]))
    const labels = lines.split('\n')
    const list = choices.map(({ name }, at) => ({ value: name, label: labels[at] ?? name }))
    return clack.select({ message, initialValue, options: list })
  }
  const validate = (value = '') =>
    problemWith(() => check?.(value || initialValue, beforeConflict(answers)))
  return clack.text({ message, placeholder: initialValue, defaultValue: initialValue, validate })
}
