import { flagOf, type Option, type Said } from './options.ts'

type Clack = typeof import('./prompts.ts')
type Answer = string | boolean | symbol

/** Asks at the terminal what was not said; undefined when that is broken off. */
export async function ask(said: Said, options: Option[]): Promise<Said | undefined> {
  // Loaded here only, as most runs ask nothing.
  const clack = await import('./prompts.ts')
  clack.intro('create-sess-app')
  let answers: Record<string, unknown> = { ...said }
  const broken = () => {
    clack.cancel('Interrupted: nothing was written.')
    return undefined
  }
  for (;;) {
    const next = options.filter((option) => isOpen(option, answers))
    const option = next.find(({ urgent }) => urgent) ?? next[0]
    if (!option) break
    if (next.length > 2 && !option.first && !option.urgent && answers.rest === undefined) {
      const answer = await askRest(clack, next, answers)
      if (clack.isCancel(answer)) return broken()
      if (answer === 'usual') break
      answers.rest = answer
      continue
    }
    const answer = await askOne(clack, option, answers)
    if (clack.isCancel(answer)) return broken()
    answers[option.name] = answer
    if (option.name === 'onConflict' && answer === 'error') {
      const { dir: _full, onConflict: _again, ...others } = answers
      answers = others
    }
  }
  clack.outro('All is said.')
  const { rest: _rest, ...answered } = answers
  return answered
}

/** Whether an option has to be asked about, after these answers. */
function isOpen({ name, asked }: Option, answers: Said): boolean {
  if (answers[name] !== undefined) return false
  return typeof asked === 'function' ? asked(answers) : asked === true
}

function askRest(clack: Clack, rest: Option[], answers: Said): Promise<Answer> {
  const usual = rest.map((option) => wordsOf(option, usualOf(option, answers))).join(' ')
  return clack.select({
    message: 'The rest (--yes)',
    options: [
      { value: 'usual', label: `Take what is usual: ${usual}` },
      { value: 'choose', label: 'Choose each' },
    ],
  })
}

function wordsOf(option: Option, usual: string | boolean): string {
  return typeof usual === 'boolean' ? flagOf(option, usual) : `${flagOf(option)} ${usual}`
}

function usualOf({ usual, follow, suggested }: Option, answers: Said): string | boolean {
  if (typeof usual === 'boolean') return usual
  return follow ? follow(answers) : (usual ?? suggested ?? '')
}

function askOne(clack: Clack, option: Option, answers: Said): Promise<Answer> {
  const { usual, check } = option
  const { message: question, choices } = option.prompt ?? option
  const flag = option.name === 'dir' ? '[dir]' : flagOf(option, usual !== true)
  const message = `${question} (${flag})`
  const initialValue = usualOf(option, answers)
  if (typeof initialValue === 'boolean') return clack.confirm({ message, initialValue })
  if (choices) {
    const width = Math.max(...choices.map(({ name }) => name.length))
    const list = choices.map(({ name, description }) => {
      return { value: name, label: `${name.padEnd(width)}  ${description}` }
    })
    return clack.select({ message, initialValue, options: list })
  }
  const validate = (value = '') => {
    try {
      check?.(value || initialValue, forNow(answers))
    } catch (error) {
      return (error as Error).message
    }
  }
  return clack.text({ message, placeholder: initialValue, defaultValue: initialValue, validate })
}

/** Answers as a check sees them while it can still be asked what becomes of files that are in the way. */
export function forNow(said: Said): Said {
  return { onConflict: 'skip', ...said }
}
