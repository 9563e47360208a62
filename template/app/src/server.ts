import { createApp } from './app.ts'
import { openUsers } from './auth/users.ts'
import { readConfig } from './config.ts'
import { log } from './ops/log.ts'
import { drain } from './ops/shutdown.ts'
import { createWatch } from './ops/watch.ts'
import { withDeadline } from './session/deadline.ts'
import { openConfigured } from './session/open.ts'

const sweepEveryMs = 15 * 60_000
const graceMs = 10_000
const closeMs = 500

const watch = createWatch(log)
const { config, backend } = await open().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const { session } = config
const steady = withDeadline(backend, session.storeTimeoutMs)
const readiness = { draining: false }
const app = createApp({
  config,
  backend: steady,
  users: openUsers(config.usersFile),
  log,
  readiness,
})

const server = app.listen(config.port, config.host, (error) => {
  if (error) {
    console.error(`Cannot listen on ${config.host}:${config.port}: ${error.message}. Set PORT.`)
    process.exit(1)
  }
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : config.port
  log.info({ idleMs: session.idleMs, absoluteMs: session.absoluteMs }, 'session_policy')
  log.info(`Listening on http://localhost:${port}`)
})

const sweeping = setInterval(() => {
  backend.sweep().catch((error) => log.warn({ err: error }, 'session_sweep_failed'))
}, sweepEveryMs).unref()
const stopWatching = watch.start(steady.ping)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    if (readiness.draining) return
    log.info(`${signal}: finishing what is in flight`)
    readiness.draining = true
    clearInterval(sweeping)
    stopWatching()
    await drain(server, graceMs)
    // A server that has stopped would keep its connections, and they the process.
    setTimeout(() => process.exit(), closeMs).unref()
    await backend.close()
  })
}

async function open() {
  const config = readConfig(process.env)
  return { config, backend: await openConfigured(config, watch.hear) }
}
