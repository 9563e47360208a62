import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { developmentUser } from '../generators/add-user.ts'
import { flagOf, type Option, type Said } from './options.ts'
import { paint } from './paint.ts'
import { shellWord } from './shell-word.ts'

/** What a run has come to, for its last words. */
export interface Run {
  settled: Said
  options: Option[]
  target: string
  files: number
  milliseconds: number
  password: string
  repository: string
  installed: boolean
}

/** The last words of a run: what is there now, how to log in, what to do next. */
export function summary(run: Run): string {
  const { settled, target, files, milliseconds, password, repository } = run
  const folder = relative(process.cwd(), target) || '.'
  const steps = nextSteps(run, folder).map((step) => `  ${paint('cyan', step)}`)
  return `
${paint('green', 'Done')}: ${files} files in ${folder}, made in ${Math.round(milliseconds)} ms. Sessions live in ${settled.store}.
Secrets: ${join(folder, '.env')}, readable by you only and never committed.
Git: ${repository}.
Log in as ${paint('bold', developmentUser)} with the password ${paint('bold', password)} (it is shown only now).

Next:
${steps.join('\n')}
and open http://localhost:3000

The same again: ${commandFor(run)}`
}

function nextSteps({ target, installed }: Run, folder: string): string[] {
  const compose = existsSync(join(target, 'docker-compose.yml'))
  return [
    ...(folder === '.' ? [] : [`cd ${shellWord(folder)}`]),
    ...(installed ? [] : ['npm install']),
    ...(compose ? ['docker compose up -d --wait'] : []),
    ...(lacks(target, 'creation') ? ['npm run sessions -- init'] : []),
    'npm run dev',
  ]
}

/** Whether the app's store declares that it lacks an ability, such as to make its table at the first use. */
function lacks(target: string, ability: string): boolean {
  return ability in JSON.parse(readFileSync(join(target, 'test/lacks.json'), 'utf8'))
}

function commandFor({ settled, options }: Run): string {
  const words = options.flatMap((option) => {
    const value = settled[option.name]
    if (option.name === 'dir') return shellWord(`${value}`)
    if (option.name === 'secret' || value === undefined) return []
    if (typeof value === 'string') return [flagOf(option), shellWord(value)]
    return value === option.usual || option.usual === undefined ? [] : flagOf(option, value)
  })
  return ['npx create-sess-app', ...words, '--yes'].join(' ')
}
