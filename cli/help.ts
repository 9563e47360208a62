import { flagOf, type Option } from './options.ts'

const exitCodes = [
  ['0', 'done'],
  ['1', 'internal error; nothing was written'],
  ['2', 'invalid input; nothing was written'],
  ['5', 'the files are there, but npm install or git failed'],
  ['130', 'interrupted'],
]

/** The text of `--help`. */
export function helpText(options: Option[], version: string): string {
  const rows = options.map((option) => [form(option), described(option)])
  const width = Math.max(...rows.map(([left = '']) => left.length)) + 2
  const table = (lines: string[][]) =>
    lines.map(([left = '', right]) => `  ${left.padEnd(width)}${right}`).join('\n')
  return `create-sess-app ${version}: an Express 5 app with server-side sessions

Usage: npx create-sess-app [dir] [options]
       npm create sess-app [dir] -- [options]

${table(rows)}

A time is a whole number and s, m, h or d, from 1m to 400d.
At a terminal, what was not said is asked.

Exit codes:
${table(exitCodes)}
`
}

function form(option: Option): string {
  if (option.name === 'dir') return '[dir]'
  const flag = `${flagOf(option, option.usual !== true)} ${option.value ?? ''}`.trim()
  return option.short ? `-${option.short}, ${flag}` : `    ${flag}`
}

function described({ message, usual }: Option): string {
  if (usual === true) return `Do not ${message.replace(/^./, (first) => first.toLowerCase())}`
  return typeof usual === 'string' ? `${message} (${usual})` : message
}
