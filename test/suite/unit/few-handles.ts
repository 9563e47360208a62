import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inherited } from '../conformance/server.ts'

const handles = 64

/** Starts the app in development with so few file handles that a test can use them up. */
export async function startPoor(test: TestContext, env: NodeJS.ProcessEnv) {
  const server = fileURLToPath(new URL('../../../src/server.ts', import.meta.url))
  const run = `ulimit -n ${handles} && exec "${process.execPath}" "${server}"`
  const child = spawn('sh', ['-c', run], {
    env: { ...inherited, ...env, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  test.after(() => child.kill('SIGKILL'))
  let said = ''
  for await (const data of child.stdout) {
    said += data
    const origin = /http:\/\/localhost:\d+/.exec(said)?.[0]
    if (origin) {
      child.stdout.resume()
      return { child, origin: origin.replace('localhost', '127.0.0.1') }
    }
  }
  throw new Error(`The app has ended: ${said}`)
}

/** Opens connections until the app can take no more; returns how to close them. */
export async function useUpHandles(test: TestContext, origin: string): Promise<() => void> {
  const { hostname, port } = new URL(origin)
  const sockets: Socket[] = []
  const close = () => {
    for (const socket of sockets) socket.destroy()
  }
  test.after(close)
  for (let left = handles; left > 0; left--) {
    const socket = connect(Number(port), hostname).on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
  }
  return close
}
