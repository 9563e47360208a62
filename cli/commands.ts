import type { Tree } from '../generators/tree.ts'
import { addCommand } from './add.ts'
import { appCommand } from './app.ts'
import { positionalsOf } from './arguments.ts'
import type { Command } from './command.ts'
import { switchCommand } from './switch.ts'

/** All that we can be told to do; the first is what is done when no other is named. */
export const commands: [Command, ...Command[]] = [appCommand, switchCommand, addCommand]

/** The command that the first word names, and the arguments without that word; the word help asks for that of the next one. */
export function chooseCommand(
  args: string[],
  { template, cwd }: { template: Tree; cwd: string },
): { command: Command; rest: string[] } {
  const options = commands.flatMap((command) => command.options(template, cwd))
  const [first] = positionalsOf(args, options)
  if (first?.value === 'help' && first.index === 0) {
    const { command, rest } = chooseCommand(args.slice(1), { template, cwd })
    return { command, rest: [...rest, '--help'] }
  }
  const command = commands.find(({ name }) => name !== '' && name === first?.value)
  if (!command || !first || args[first.index - 1] === '--') {
    return { command: commands[0], rest: args }
  }
  return { command, rest: args.toSpliced(first.index, 1) }
}
