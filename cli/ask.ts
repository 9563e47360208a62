import { flagOf, type Option, type Said } from './options.ts'

/** Asks at the terminal what was not said; undefined when that is broken off. */
export async function ask(said: Said, options: Option[]): Promise<Said | undefined> {
  // Loaded here only, as most runs ask nothing.
  const clack = await import('@clack/prompts')
  const answers: Record<string, unknown> = { ...said }
  clack.intro('create-sess-app')
  for (const option of options) {
    if (option.usual === undefined || said[option.name] !== undefined) continue
    const answer = await askOne(clack, option, answers)
    if (clack.isCancel(answer)) {
      clack.cancel('Interrupted: nothing was written.')
      return undefined
    }
    answers[option.name] = answer
  }
  clack.outro('Making the app.')
  return answers
}

function askOne(
  clack: typeof import('@clack/prompts'),
  option: Option,
  answers: Said,
): Promise<string | boolean | symbol> {
  const { usual, follow, choices, check } = option
  const flag = option.name === 'dir' ? '[dir]' : flagOf(option, usual !== true)
  const message = `${option.message} (${flag})`
  if (typeof usual === 'boolean') return clack.confirm({ message, initialValue: usual })
  const initialValue = follow ? follow(answers) : `${usual}`
  if (choices) {
    const list = choices.map(({ name, description }) => ({ value: name, hint: description }))
    return clack.select({ message, initialValue, options: list })
  }
  const validate = (value = '') => {
    try {
      check?.(value || initialValue, answers)
    } catch (error) {
      return (error as Error).message
    }
  }
  return clack.text({ message, placeholder: initialValue, defaultValue: initialValue, validate })
}
