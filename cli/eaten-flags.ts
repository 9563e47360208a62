import { Refusal } from '../generators/refusal.ts'
import { flagOf, type Option } from './options.ts'

/** Refuses to go on without flags that `npm create` kept for itself, as it does when `--` is missing. */
export function refuseEatenFlags(
  args: string[],
  options: Option[],
  env: NodeJS.ProcessEnv = process.env,
): void {
  for (const option of options) {
    // Of the switches, only those that npm has no use for itself.
    if (!option.value && !option.negatable) continue
    const kept = env[`npm_config_${flagOf(option).slice(2).replaceAll('-', '_')}`]
    if (kept === undefined) continue
    // npm hands on a --no-git as false or as nothing.
    const flag = flagOf(option, option.value !== undefined || (kept !== '' && kept !== 'false'))
    if (args.some((arg) => arg.startsWith(flag))) continue
    const typed = `${flag} ${option.value ?? ''}`.trim()
    throw new Refusal(
      `npm took ${flag} for its own: put -- before the flags, as in "npm create sess-app my-app -- ${typed}"`,
    )
  }
}
