import { Wait } from 'testcontainers'
import * as testBackend from '../../backend.ts'
import type { StartServer } from '../faults/server-process.ts'
import { startCommand } from './start-command.ts'

/** Starts a DynamoDB Local that has its tables in a file. */
export const startDurable: StartServer | string = async () => {
  const options = ['-jar', 'DynamoDBLocal.jar', '-sharedDb', '-dbPath', '/tmp']
  const ready = Wait.forHttp('/', 8000).forStatusCode(400)
  const { address, stop } = await startCommand(options, 8000, ready)
  return { url: `dynamodb+http://${address}`, stop }
}

/** It has its tables in memory. */
export const startVolatile: StartServer | string = testBackend.startBackend
