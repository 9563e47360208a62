import { keptByNpm } from './npm-flags.ts'

/** How a run speaks. */
export interface Voice {
  json: boolean
  quiet: boolean
  /** Where people read: standard error when standard output is for a program. */
  stream: NodeJS.WriteStream
  /** Prints what is nice to know. */
  say: (text: string) => void
  /** Prints what is to be seen in any case; nothing where that is empty. */
  insist: (text: string) => void
}

/** The voice that was asked for, found before anything is checked, as refusals need it too. */
export function findVoice(args: string[], env: NodeJS.ProcessEnv = process.env): Voice {
  const end = args.indexOf('--')
  const flags = end < 0 ? args : args.slice(0, end)
  if (flags.includes('--no-color')) {
    // For what paints in packages of others, too.
    delete env.FORCE_COLOR
    env.NO_COLOR = '1'
  }
  const json = flags.some((flag) => /^--json(=|$)/.test(flag)) || keptByNpm('json', env) === 'true'
  const stream = json ? process.stderr : process.stdout
  const insist = (text: string) => void (text && stream.write(`${text}\n`))
  const voice: Voice = {
    ...{ json, stream, insist },
    quiet: flags.includes('--quiet') || flags.includes('-q'),
    say: (text) => {
      if (!voice.quiet) insist(text)
    },
  }
  return voice
}
