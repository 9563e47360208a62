import { createServer } from 'node:http'
import { createApp } from './app.ts'
import { openUsers } from './auth/users.ts'
import { readConfig } from './config.ts'
import { log } from './ops/log.ts'
import { createSecurityLog } from './ops/security-log.ts'
import { drain } from './ops/shutdown.ts'
import { createWatch } from './ops/watch.ts'
import { withDeadline } from './session/deadline.ts'
import { goesInTheClear } from './session/encryption.ts'
import { openConfigured } from './session/open.ts'
import { defaultUrl } from './session/store.ts'

const sweepEveryMs = 15 * 60_000
const graceMs = 10_000
const closeMs = 500
const plainHint = 'Sessions go to another machine without TLS: let SESSION_STORE_URL ask for it'
const argonHint =
  'These users cannot log in, for their passwords are hashed with Argon2: run Node 24.7 or later, or give them new ones by npm run user -- passwd'
// Slow clients must not hold connections; the last one is longer than load balancers wait.
const patience = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
}

const watch = createWatch(log)
const { config, backend, users, unverifiable } = await open().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const { session } = config
const steady = withDeadline(backend, session.storeTimeoutMs, createSecurityLog(log))
const readiness = { draining: false }
const app = createApp({
  config,
  backend: steady,
  users,
  log,
  readiness,
})

const server = createServer(patience, app)
server.once('error', (error) => {
  console.error(`Cannot listen on ${config.host}:${config.port}: ${error.message}. Set PORT.`)
  process.exit(1)
})
server.listen(config.port, config.host, () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : config.port
  const { idleMs, absoluteMs, rotateMs, maxPerUser, limitPolicy } = session
  const lifetimes = { idle: idleMs / 1000, absolute: absoluteMs / 1000, rotate: rotateMs / 1000 }
  log.info(
    { ...lifetimes, max_per_user: maxPerUser, limit: limitPolicy, on_anomaly: config.onAnomaly },
    'session_policy',
  )
  const storeUrl = session.storeUrl || defaultUrl
  if (config.production && goesInTheClear(storeUrl))
    log.warn({ hint: plainHint }, 'store_not_encrypted')
  if (unverifiable > 0) log.warn({ count: unverifiable, hint: argonHint }, 'users_unverifiable')
  log.info({ address: `http://localhost:${port}` }, 'listening')
})

const sweeping = setInterval(() => {
  backend.sweep().catch((error) => log.warn({ err: error }, 'session_sweep_failed'))
}, sweepEveryMs).unref()
const stopWatching = watch.start(steady.ping)

async function stop() {
  if (readiness.draining) {
    log.warn('shutdown_forced')
    process.exit(1)
  }
  readiness.draining = true
  clearInterval(sweeping)
  stopWatching()
  await drain(server, graceMs)
  // A server that has stopped would keep its connections, and they the process.
  setTimeout(() => process.exit(), closeMs).unref()
  await backend.close()
  log.info('shutdown_done')
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    log.info({ signal }, 'shutdown_start')
    void stop()
  })
}

// Nothing gets here that a request could cause; whoever supervises the process starts it anew (OWASP ASVS 16.5.4).
process.on('uncaughtException', (error) => {
  log.error({ err: error }, 'uncaught_exception')
  process.exitCode = 1
  void stop()
})

async function open() {
  const config = readConfig(process.env)
  const { usersFile, passwordMinLength: minLength, breachListUrl } = config
  const users = openUsers(usersFile, { minLength, breachListUrl })
  const unverifiable = await users.countUnverifiable().catch((error: Error) => {
    throw new Error(`The users in ${usersFile} cannot be read: ${error.message}`)
  })
  return { config, users, unverifiable, backend: await openConfigured(config, watch.hear) }
}
