import nodePlop, { type NodePlopAPI } from 'node-plop'
import { plopPrompt } from './app/app.ts'
import type { Question } from './app/questions.ts'
import { Refusal } from './refusal.ts'
import { checkStore, defaultStore, listStores } from './stores.ts'
import { templateFiles } from './template.ts'
import type { Tree } from './tree.ts'

/** A question that may have no usual answer, so that it has to be said. */
export type OpenQuestion = Omit<Question, 'usual'> & { usual?: string }

/** The template, and the folder that others are named from. */
export interface Place {
  template: Tree
  cwd: string
}

/** A generator of Plop that does one thing in a folder that is there, all of it or nothing. */
export interface Generator<Answers, Result> {
  name: string
  description: string
  questions: (template: Tree, cwd: string) => OpenQuestion[]
  run: (answers: Answers, place: Place) => Promise<Result>
  /** What it says of its result to who has run Plop. */
  tell: (result: Result) => string
}

interface Heard<Result> {
  result?: Result
  error?: unknown
}

/** The questions of a folder and of the store for what is in it, which has to be said. */
export function placeQuestions(
  template: Tree,
  { dir, store, check }: { dir: string; store: string; check: (dir: string) => unknown },
): OpenQuestion[] {
  return [
    { name: 'dir', message: dir, usual: '.', check: (value) => check(named(value)) },
    {
      ...{ name: 'store', message: store, choices: listStores(template) },
      check: (value) => checkStore(template, value),
    },
  ]
}

// An empty one would be the folder that we are in, which nobody has said.
function named(dir: string): string {
  if (dir.trim() !== '') return dir
  throw new Refusal('the directory has no name: say one, or . for here')
}

/** Registers a generator with Plop. */
export function registerGenerator<Answers, Result>(
  plop: NodePlopAPI,
  { name, description, questions, run, tell }: Generator<Answers, Result>,
  { template = templateFiles(), heard = {} as Heard<Result> } = {},
): void {
  const cwd = plop.getDestBasePath()
  plop.setGenerator(name, {
    description,
    prompts: questions(template, cwd).map((each) => plopPrompt({ usual: defaultStore, ...each })),
    actions: (answers) => [
      async () => {
        try {
          heard.result = await run(answers as Answers, { template, cwd })
          return tell(heard.result)
        } catch (error) {
          heard.error = error
          throw error
        }
      },
    ],
  })
}

/** Runs a generator by Plop; throws what it throws. */
export async function runGenerator<Answers extends object, Result>(
  generator: Generator<Answers, Result>,
  answers: Answers,
  { template = templateFiles(), cwd = process.cwd() }: Partial<Place> = {},
): Promise<Result> {
  const heard: Heard<Result> = {}
  const plop = await nodePlop('', { destBasePath: cwd, force: false })
  registerGenerator(plop, generator, { template, heard })
  const { failures } = await plop.getGenerator(generator.name).runActions(answers)
  if (heard.error) throw heard.error
  if (!heard.result) throw new Error(failures[0]?.error)
  return heard.result
}
