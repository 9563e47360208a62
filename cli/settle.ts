import { type Settled, takeUsual, tellUsual } from './answers.ts'
import { ask } from './ask.ts'
import type { Option, Said } from './options.ts'
import type { Voice } from './voice.ts'

/** Whether there is somebody to ask. */
export function isTerminal({ json }: Pick<Voice, 'json'>): boolean {
  const isCi = !/^(0|false)?$/.test(process.env.CI ?? '')
  return !json && !isCi && process.stdin.isTTY && process.stdout.isTTY
}

/** What was said with the rest asked, or else taken as usual and told; undefined when the asking is broken off. */
export async function settle(
  said: Said,
  { options, voice }: { options: Option[]; voice: Voice },
): Promise<Settled | undefined> {
  if (isTerminal(voice) && !said.yes) {
    const answered = await ask(said, options)
    return answered && takeUsual(answered, options)
  }
  const settled = takeUsual(said, options)
  const told = tellUsual(said, settled, options)
  if (told.length > 0) voice.say(['Defaults taken, and what changes them:', ...told].join('\n'))
  return settled
}
