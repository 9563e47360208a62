import packageJson from '../package.json' with { type: 'json' }
import { type Command, type Option, usageOf } from './options.ts'
import { alignColumns } from './output.ts'

const exitCodes = [
  ['0', 'done'],
  ['1', 'internal error, or no room on the disk; nothing was written'],
  ['2', 'invalid input; nothing was written'],
  ['3', 'files are in the way; nothing was written'],
  ['4', 'an answer is missing, and there is no terminal to ask at; nothing was written'],
  ['5', 'the files are there, but the install or git failed'],
  ['130', 'interrupted'],
]

/** The text of `--help` for one of the commands. */
export function helpText(command: Command, commands: Command[], options: Option[]): string {
  const table = (rows: string[][]) =>
    alignColumns(rows.map(([left = '', right = '']) => [`  ${left}`, right]))
  const others = commands.filter(({ name }) => name !== '')
  const hasTimes = options.some(({ value }) => value === '<time>')
  const words = [command.name, '[dir]'].filter(Boolean).join(' ')
  return `create-sess-app ${packageJson.version}: ${command.description}

Usage: npx create-sess-app ${words} [options]
       npm create sess-app ${words} -- [options]

${table(options.map((option) => [form(option), described(option)]))}

${hasTimes ? 'A time is a whole number and s, m, h or d, from 1m to 400d.\n' : ''}At a terminal, what was not given is asked.
${command.name ? '' : `\nOther commands, each with its own --help:\n${table(others.map(({ name, description }) => [name, description]))}\n`}
Exit codes:
${table(exitCodes)}`
}

function form(option: Option): string {
  if (option.name === 'dir') return usageOf(option)
  return (option.short ? `-${option.short}, ` : '    ') + usageOf(option)
}

function described({ message, default: value }: Option): string {
  if (value === true) return `Do not ${message.replace(/^./, (first) => first.toLowerCase())}`
  return typeof value === 'string' ? `${message} (${value})` : message
}
