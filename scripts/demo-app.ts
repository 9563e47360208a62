import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { installDependencies, type Result, runQuietly } from '../cli/install.ts'
import { InputError, quote } from '../generators/input-error.ts'
import { developmentUser } from '../generators/template/compose.ts'
import { findPackageManager } from '../generators/template/package-managers.ts'

/** Sees to it that a folder holds an app that can start; resolves to the password of its user. */
export async function prepareApp(folder: string): Promise<string> {
  if (!existsSync(folder)) return makeApp(folder)
  if (!isEmitted(folder)) {
    throw new InputError(
      `${quote(folder)} is there and is none of our apps: move it out of the way`,
    )
  }
  console.log(`Using the app in ${folder}, with a new password.`)
  if (!existsSync(join(folder, 'node_modules'))) {
    const { manager } = findPackageManager('npm')
    demand('npm install', await installDependencies(folder, manager))
  }
  const args = ['run', '--silent', 'user', '--', 'passwd', developmentUser]
  const changed = await runQuietly('npm', args, { cwd: folder, seconds: 60 })
  return passwordIn(demand('npm run user', changed))
}

async function makeApp(folder: string): Promise<string> {
  console.log(`Making and installing an app in ${folder} ...`)
  const args = [
    join(import.meta.dirname, '../cli/main.ts'),
    relative('.', folder),
    '--store=sqlite',
    '--package-manager=npm',
    '--no-git',
    '--yes',
  ]
  const made = await runQuietly(process.execPath, args, { cwd: process.cwd(), seconds: 700 })
  return passwordIn(demand('create-sess-app', made))
}

function isEmitted(folder: string): boolean {
  if (!existsSync(join(folder, 'src/session/backend/index.ts'))) return false
  return readFileSync(join(folder, 'package.json'), 'utf8').includes('"express-session"')
}

function demand(command: string, { ok, output }: Pick<Result, 'ok' | 'output'>): string {
  if (!ok) throw new Error(`${command} failed: ${output}`)
  return output
}

function passwordIn(output: string): string {
  const [, password] = /with the password (\S+)/.exec(output) ?? []
  if (!password) throw new Error(`there is no password in this: ${output}`)
  return password
}
