import { Wait } from 'testcontainers'
import type { StartServer } from '../faults/server-process.ts'
import { startCommand } from './start-command.ts'

/** Starts a Redis or Valkey with options of its own. */
const startWith =
  (options: string): StartServer =>
  async () => {
    const server = 'exec $(command -v valkey-server || command -v redis-server)'
    const ready = Wait.forLogMessage('Ready to accept connections')
    const { address, stop } = await startCommand(['sh', '-c', `${server} ${options}`], 6379, ready)
    return { url: `redis://${address}`, stop }
  }

/** As docker-compose.yml has it. */
export const startDurable: StartServer | string = startWith('--appendonly yes --protected-mode no')

/** Without a file to load. */
export const startVolatile: StartServer | string = startWith('--save "" --protected-mode no')
