import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const patienceMs = 30_000

/** A running app: where it answers, and how it ends. */
export interface Server {
  address: string
  /** Resolves when the app ends, to its exit code. */
  stopped: Promise<number | null>
  /** What a quiet app has printed. */
  output: () => string
  /** Whether it was told to stop, by us or by a Ctrl-C. */
  isStopped: () => boolean
  stop: () => Promise<void>
}

/** Starts an app as its start script does, on a free port, and waits until it is ready. */
export async function startServer(folder: string, { quiet = false } = {}): Promise<Server> {
  const port = await freePort()
  const child = spawn(process.execPath, startArguments(folder), {
    cwd: folder,
    env: { ...process.env, PORT: `${port}` },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const stopped = once(child, 'close').then(([code]) => code as number | null)
  let isStopped = false
  const stop = async () => {
    isStopped = true
    child.kill('SIGTERM')
    await stopped
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const address = `http://localhost:${port}`
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  if (await becomesReady(address, isOver)) {
    return { address, stopped, output: () => output.trim(), isStopped: () => isStopped, stop }
  }
  await stop()
  throw new Error(`the app does not get ready at ${address}/readyz. It says: ${output.trim()}`)
}

function startArguments(folder: string): string[] {
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(text) as { scripts: { start: string } }
  return scripts.start.split(' ').slice(1)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function becomesReady(address: string, isOver: () => boolean): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline && !isOver()) {
    const response = await fetch(`${address}/readyz`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return true
    await setTimeout(100)
  }
  return false
}
