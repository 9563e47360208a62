import nodePlop, { type NodePlopAPI, type PromptQuestion } from 'node-plop'
import { addGenerator } from './add.ts'
import { createGenerator } from './create.ts'
import type { Generator, Place, Question, Written } from './generator.ts'
import { inputNeeded, problemWith } from './input-error.ts'
import { switchGenerator } from './switch.ts'
import { defaultStore } from './template/layers.ts'
import { loginLine, stepsAfter } from './template/next-steps.ts'
import { templateFiles } from './template/tree.ts'
import { updateGenerator } from './update.ts'

/** Registers our generators with Plop, in this repository or any other. */
export function register(plop: NodePlopAPI): void {
  const place = { template: templateFiles(), cwd: plop.getDestBasePath() }
  registerGenerator(plop, createGenerator, place)
  registerGenerator(plop, switchGenerator, place)
  registerGenerator(plop, addGenerator, place)
  registerGenerator(plop, updateGenerator, place)
  if (hasTerminal()) return
  // Plop looks its message up when it asks which generator is meant, and takes a function, too.
  const message: unknown = () => {
    const names = plop.getGeneratorList().map(({ name }) => name)
    endUnanswered('no generator is named', `name one of them, npx plop ${names.join(' | ')}`)
  }
  plop.setWelcomeMessage(message as string)
}

/** Registers a generator with Plop, as one action around its function. */
export function registerGenerator<Answers>(
  plop: NodePlopAPI,
  { name, description, questions, run }: Generator<Answers>,
  place: Place,
): void {
  const asked = questions(place)
  const usage = ['npx plop', name, ...asked.map((question) => `<${question.name}>`)].join(' ')
  plop.setGenerator(name, {
    description,
    prompts: asked.map((question) => plopPrompt(question, usage)),
    actions: (answers) => [async () => summaryOf(await run(answers as Answers, place))],
  })
}

/** Runs a generator by Plop; resolves to its typed result, and rejects with its own error. */
export async function runGenerator<Answers extends object, Result extends Written>(
  generator: Generator<Answers, Result>,
  answers: Answers,
  { template = templateFiles(), cwd = process.cwd() }: Partial<Place> = {},
): Promise<Result> {
  const plop = await nodePlop('', { destBasePath: cwd, force: false })
  return new Promise((resolve, reject) => {
    // Plop hands on what an action returns as text, and of an error its message.
    const run: typeof generator.run = async (given, place) => {
      const result = generator.run(given, place)
      result.then(resolve, reject)
      return result
    }
    registerGenerator(plop, { ...generator, run }, { template, cwd })
    const { runActions } = plop.getGenerator(generator.name)
    runActions(answers).then(({ failures }) => reject(new Error(failures[0]?.error)), reject)
  })
}

function summaryOf(written: Written): string {
  const { folder, changes, notes, warnings, login } = written
  const told = [...notes, ...warnings.map((warning) => `Note: ${warning}`)]
  if (changes.length === 0) return told.join('\n')
  return [
    `${changes.length} files in ${folder}`,
    ...told,
    ...(login ? [loginLine(login)] : []),
    'Next:',
    ...stepsAfter(written).map((step) => `  ${step}`),
    ...(login ? [`and open ${login.address}`] : []),
  ].join('\n')
}

function plopPrompt<Answers>(question: Question<Answers>, usage: string): PromptQuestion {
  const { name, message, choices, check } = question
  const validate = (value: string, answers: Partial<Answers> = {}) =>
    problemWith(() => check?.(value, answers)) ?? true
  const prompt = {
    name,
    message,
    validate,
    // Plop calls this for what is asked, not for what was given with the command.
    default: (answers: Partial<Answers>) => {
      if (!hasTerminal()) endUnanswered(`<${name}> is not answered`, `give all answers, ${usage}`)
      return question.defaultAfter?.(answers) ?? question.default ?? (choices && defaultStore)
    },
  }
  if (typeof question.default === 'boolean') return { ...prompt, type: 'confirm' }
  if (!choices) return { ...prompt, type: 'input' }
  const list = choices.map((choice) => ({
    name: `${choice.name}: ${choice.description}`,
    value: choice.name,
  }))
  return { ...prompt, type: 'list', choices: list }
}

const hasTerminal = () => process.stdin.isTTY && process.stdout.isTTY

// A prompt without a keyboard would end in a stack trace, and Plop knows no exit code but 1.
function endUnanswered(problem: string, advice: string): never {
  console.error(`create-sess-app: ${problem}, and there is no terminal to ask at: ${advice}`)
  // The prompt that has begun makes a 130 of every exit.
  process.removeAllListeners('exit')
  process.exit(inputNeeded)
}
