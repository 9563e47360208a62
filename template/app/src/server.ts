import { createServer } from 'node:http'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { createAuditLog } from './http/audit-log.ts'
import { log } from './http/log.ts'
import {
  defaultUrl,
  isEncrypted,
  openConfigured,
  safeMessage,
  withCircuitBreaker,
} from './session/index.ts'
import { openUsers } from './users/users.ts'

const sweepEveryMs = 15 * 60_000
const graceMs = 10_000
const closeMs = 500
// Slow clients must not hold connections; the last one is longer than load balancers wait.
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
}
const storeHint = 'Is the session store started? Is SESSION_STORE_URL right?'
const tlsHint = 'Sessions go to another machine without TLS: let SESSION_STORE_URL ask for it'
const argonHint =
  'These users cannot log in, for their passwords are hashed with Argon2: run Node 24.7 or later, or give them new ones by npm run user -- passwd'

const audit = createAuditLog(log)
const { config, users, unverifiable, backend } = await open().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const guarded = withCircuitBreaker(backend, config.session.storeTimeoutMs, audit)
let isDraining = false
const app = createApp({ config, backend: guarded, users, log, isDraining: () => isDraining })

const server = createServer(limits, app)
server.once('error', (error) => {
  console.error(`Cannot listen on ${config.host}:${config.port}: ${error.message}. Set PORT.`)
  process.exit(1)
})
server.listen(config.port, config.host, async () => {
  const { idleMs, absoluteMs, maxPerUser, storeUrl } = config.session
  const policy = { idle: idleMs / 1000, absolute: absoluteMs / 1000, max_per_user: maxPerUser }
  log.info(policy, 'session_policy')
  for (const hint of config.unknownSettings) log.warn({ hint }, 'setting_unknown')
  if (config.production && !isEncrypted(storeUrl || defaultUrl)) {
    log.warn({ hint: tlsHint }, 'store_not_encrypted')
  }
  if (unverifiable > 0) log.warn({ count: unverifiable, hint: argonHint }, 'users_unverifiable')
  const listening = server.address()
  const port = typeof listening === 'object' ? listening?.port : config.port
  const address = `http://localhost:${port}`
  log.info({ address }, 'listening')
  // The log of development is for people, who look for the address.
  if (process.env.NODE_ENV === 'development') console.log(`\n  ${address}\n`)
  await guarded.ping().catch((error: Error) => {
    // Its connection was closed by us.
    if (isDraining) return
    audit('store_unavailable', { reason: safeMessage(error.cause ?? error), hint: storeHint })
  })
})

const sweeping = setInterval(() => {
  backend.sweep().catch((error) => audit('session_sweep_failed', { err: error }))
}, sweepEveryMs).unref()

async function open() {
  const config = readConfig(process.env)
  const users = openUsers(config.users.file, config.users)
  const unverifiable = await users.countUnverifiable()
  const backend = await openConfigured(config, (error) => {
    audit('store_unavailable', { reason: safeMessage(error) })
  })
  return { config, users, unverifiable, backend }
}

async function stop() {
  if (isDraining) {
    log.warn('shutdown_forced')
    process.exit(1)
  }
  isDraining = true
  clearInterval(sweeping)
  await drain()
  // A store that has stopped would keep its connections, and they the process.
  setTimeout(() => process.exit(), closeMs).unref()
  await backend.close()
  log.info('shutdown_done')
}

/** Stops taking connections and resolves when what is in flight has been answered, or was cut off after the grace period. */
async function drain(): Promise<void> {
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'))
  // A connection that is busy now would otherwise stay open until its keep-alive time is over.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50)
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise((resolve) => server.close(resolve))
  clearInterval(closeIdle)
  clearTimeout(cutOff)
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
