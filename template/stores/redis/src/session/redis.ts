import { setTimeout as pause } from 'node:timers/promises'
import { readAddress } from './address.ts'
import type { BackendOptions } from './backend.ts'
import { openServer, type Redis } from './client.ts'
import { openCluster } from './cluster.ts'
import { openMaster } from './sentinel.ts'

const retryMs = 200

/** Opens the Redis at an address, as the contract of `OpenBackend` asks; throws for what is no address. */
export async function openRedis(url: string, options: BackendOptions): Promise<Redis> {
  const { timeoutMs, onError } = options
  const address = readAddress(url)
  const open = { server: openServer, cluster: openCluster, sentinel: openMaster }[address.kind]
  const redis = open(address, { ...address, timeoutMs, onError })
  let closed = false

  async function connect(): Promise<void> {
    try {
      await redis.connect()
    } catch (error) {
      if (closed) return
      onError(error as Error)
      await pause(retryMs, undefined, { ref: false })
      if (!closed) await connect()
    }
  }
  await Promise.race([connect(), pause(timeoutMs, undefined, { ref: false })])

  const { close } = redis
  return Object.assign(redis, {
    close() {
      closed = true
      close()
    },
  })
}
