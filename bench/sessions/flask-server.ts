import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { explain, read } from '../../test/machine/command.ts'
import { host } from './peers/peer.ts'
import type { Server, Usage } from './servers.ts'

const environment = join(import.meta.dirname, '../../.apps/flask')
const packages = ['Flask-Session[redis]==0.8.0', 'Flask==3.1.3', 'redis==8.1.0', 'gunicorn==26.2.0']

/** Starts Flask-Session under gunicorn, one process with threads; throws why not where there is no Python, or no index to install from. */
export async function startFlaskServer(url: string): Promise<Server> {
  const gunicorn = await install()
  const options = ['--worker-class=gthread', '--threads=4', '--keep-alive=60', '--log-level=info']
  const child = spawn(gunicorn, [...options, `--bind=${host}:0`, 'flask_session_peer:app'], {
    cwd: join(import.meta.dirname, 'peers'),
    env: { ...process.env, BENCH_URL: url, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    const address = /Listening at: (\S+)/.exec(line)?.[1]
    if (!address) continue
    child.stderr.resume()
    return {
      name: 'flask-session',
      address,
      usage: async () => (await (await fetch(`${address}/usage`)).json()) as Usage,
      async stop() {
        if (child.exitCode !== null) return
        child.kill('SIGTERM')
        await once(child, 'exit')
      },
    }
  }
  throw new Error(`gunicorn has ended: ${said.join('\n')}`)
}

/** The path of gunicorn, in an environment that a run makes where there is none yet. */
async function install(): Promise<string> {
  const program = (file: string) => join(environment, 'bin', file)
  try {
    if (!existsSync(program('python'))) await read(60, 'python3', '-m', 'venv', environment)
    if (!existsSync(program('gunicorn'))) {
      await read(300, program('pip'), 'install', '--quiet', ...packages)
    }
    return program('gunicorn')
  } catch (error) {
    throw new Error(`Flask-Session could not be installed: ${explain(error)}`, { cause: error })
  }
}
