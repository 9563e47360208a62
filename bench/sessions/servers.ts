import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { host } from './peers/peer.ts'

/** What a process has used: CPU time, user and system together, in µs; and its memory (RSS). */
export interface Usage {
  cpuUs: number
  memoryBytes: number
}

/** A server in a process of its own. */
export interface Server {
  /** The name of its file in `peers/`. */
  name: string
  address: string
  /** Asks the operating system what the process has used so far. */
  usage(): Promise<Usage>
  /** Lets it write what it has compiled into its NODE_COMPILE_CACHE. */
  keepCode?(): void
  stop(): Promise<void>
}

/** Starts the server of a file of `peers/` on a backend; throws what it printed when it ends instead. */
export async function startServer(
  name: string,
  url: string,
  app: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'serve.ts'), [name, url, app], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { port } = await answerOf<{ port: number }>(name, child)
  return overProcess(name, `http://${host}:${port}`, child)
}

/** The server of a process of Node that `usage.ts` was loaded into. */
export function overProcess(name: string, address: string, child: ChildProcess): Server {
  return {
    name,
    address,
    usage() {
      child.send('usage')
      return answerOf<Usage>(name, child)
    },
    keepCode: () => child.send('keep code'),
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function answerOf<Answer>(name: string, child: ChildProcess): Promise<Answer> {
  const answered = new AbortController()
  const { signal } = answered
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`The server ${name} of the bench has ended; what it printed is above`)
  })
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended])
    return answer
  } finally {
    ended.catch(() => {})
    answered.abort()
  }
}
