import { developmentUser, newPassword } from '../generators/add-user.ts'
import { emitApp } from '../generators/emit.ts'
import { stopOnSignals } from '../generators/signals.ts'
import { resolveTarget } from '../generators/target.ts'
import type { Tree } from '../generators/tree.ts'
import type { Settled } from './answers.ts'
import { makeRepository } from './git.ts'
import { installDependencies } from './install.ts'
import { nodeForApp } from './node-package.ts'
import type { Option } from './options.ts'
import { paint } from './paint.ts'
import { shellWord } from './shell-word.ts'
import { summary } from './summary.ts'

/** What an app is made from, and how to tell that its files are there. */
export interface Order {
  settled: Settled
  secret: string | undefined
  template: Tree
  options: Option[]
  written: () => void
}

/** Makes the app, installs and commits it, and says what to do next; resolves to the exit code. */
export async function makeApp({ settled, secret, template, options, written }: Order) {
  const { path: target } = resolveTarget(settled.dir, process.cwd())
  const { nodePackage, note } = nodeForApp(template)
  if (note) console.log(note)
  const password = newPassword()
  const started = performance.now()
  const answers = {
    ...settled,
    password,
    ...(secret !== undefined && { secret }),
    ...(nodePackage !== undefined && { nodePackage }),
  }
  const { size: files } = await emitApp(answers, { template })
  const milliseconds = performance.now() - started
  written()
  const release = stopOnSignals(
    `Interrupted: the files in ${shellWord(settled.dir)} stay; run npm install there. The password of ${developmentUser} is ${password}.`,
  )
  const installed = settled.install && (await install(target, settled.dir))
  const { said: repository, failed } = settled.git
    ? await makeRepository(target)
    : { said: 'no repository, as you said', failed: undefined }
  release()
  if (failed) complain(failed.output, failed.command, settled.dir)
  console.log(
    summary({ settled, options, target, files, milliseconds, password, repository, installed }),
  )
  return failed || installed !== settled.install ? 5 : 0
}

async function install(target: string, dir: string): Promise<boolean> {
  console.log('Installing the dependencies with npm ...')
  const { ok, output } = await installDependencies(target)
  if (!ok) complain(output, 'npm install', dir)
  return ok
}

function complain(output: string, command: string, dir: string): void {
  const again = dir === '.' ? command : `cd ${shellWord(dir)} && ${command}`
  console.error(output)
  console.error(
    `${paint('red', 'create-sess-app:', process.stderr)} ${command} failed; the files stay. Run it again: ${again}`,
  )
}
