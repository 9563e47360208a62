import { createServer } from 'node:http'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { log } from './http/log.ts'
import { openConfigured, safeMessage, withCircuitBreaker } from './session/index.ts'

const sweepEveryMs = 15 * 60_000
const graceMs = 10_000
const closeMs = 500

const { config, backend } = await open().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const guarded = withCircuitBreaker(backend, config.session.storeTimeoutMs, (event, details) =>
  log.warn(details, event),
)

const server = createServer(createApp({ config, backend: guarded, log }))
server.once('error', (error) => {
  console.error(`Cannot listen on ${config.host}:${config.port}: ${error.message}. Set PORT.`)
  process.exit(1)
})
server.listen(config.port, config.host, async () => {
  const listening = server.address()
  const port = typeof listening === 'object' ? listening?.port : config.port
  log.info({ address: `http://localhost:${port}` }, 'listening')
  for (const hint of config.unknownSettings) log.warn({ hint }, 'setting_unknown')
  try {
    await guarded.ping()
    const { findings = [] } = (await backend.diagnose?.()) ?? {}
    for (const { check, cure } of findings) {
      if (check === 'durability' && cure) log.warn({ hint: cure }, 'store_not_durable')
    }
  } catch (error) {
    const { cause = error } = error as Error
    if (server.listening) log.error({ reason: safeMessage(cause) }, 'store_unavailable')
  }
})

const sweeping = setInterval(() => {
  backend.sweep().catch((err) => log.warn({ err }, 'session_sweep_failed'))
}, sweepEveryMs).unref()

async function open() {
  const config = readConfig(process.env)
  const onError = (error: Error) => log.warn({ reason: safeMessage(error) }, 'store_unavailable')
  return { config, backend: await openConfigured(config, onError) }
}

/** Answers what is in flight, then lets go of the store. */
async function stop() {
  clearInterval(sweeping)
  setTimeout(() => server.closeAllConnections(), graceMs).unref()
  // Sockets that were upgraded are none of the server's any more, and would keep the process.
  setTimeout(() => process.exit(), graceMs + closeMs).unref()
  server.closeIdleConnections()
  await new Promise((resolve) => server.close(resolve))
  // A store that has stopped would keep its connections, and they the process.
  setTimeout(() => process.exit(), closeMs).unref()
  await backend.close()
}

process.once('SIGTERM', stop).once('SIGINT', stop)
