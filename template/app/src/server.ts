import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { createAuditLog } from './http/audit-log.ts'
import { log } from './http/log.ts'
import { compareSecrets } from './security/secret-fingerprint.ts'
import {
  defaultUrl,
  isEncrypted,
  openConfigured,
  safeMessage,
  withCircuitBreaker,
} from './session/index.ts'
import { openConfiguredUsers } from './users/users.ts'

const sweepEveryMs = 15 * 60_000
const graceMs = 10_000
const closeMs = 500
// For the head of a request that was on its way when the port closed.
const headMs = 500
// Slow clients must not hold connections; the last one is longer than load balancers wait.
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
}
const storeHint = 'Is the session store started? Is SESSION_STORE_URL right?'
const tlsHint = 'Sessions go to another machine without TLS: let SESSION_STORE_URL ask for it'
const usersHint =
  'Nobody can log in: make a user by npm run user -- add, or let USERS_FILE name the file of the users'
const argonHint =
  'These users cannot log in, for their passwords are hashed with Argon2: run Node 24.7 or later, on OpenSSL 3.2 or later, or give them new ones by npm run user -- passwd'

// An import of node:http loads fetch and WebSocket, too: 14 MB that an app which sends no requests can do without.
const { createServer } = process.getBuiltinModule('node:http')
const audit = createAuditLog(log)
const { config, users, backend } = await open().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const guarded = withCircuitBreaker(backend, config.session.storeTimeoutMs, audit)
let isDraining = false
const app = createApp({ config, backend: guarded, users, log, isDraining: () => isDraining })

const server = createServer(limits, app)
const sockets = new Set<Socket>()
let underWay = 0
server.on('connection', (socket) => {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})
server.on('request', (_req, res) => {
  underWay++
  res.once('close', () => underWay--)
})
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
  const listening = server.address()
  const port = typeof listening === 'object' ? listening?.port : config.port
  const address = `http://localhost:${port}`
  log.info({ address }, 'listening')
  // The log of development is for people, who look for the address.
  if (process.env.NODE_ENV === 'development') console.log(`\n  ${address}\n`)
  try {
    await guarded.ping()
    const { findings = [] } = (await backend.diagnose?.()) ?? {}
    for (const { check, cure } of findings) {
      if (check === 'durability' && cure) log.warn({ hint: cure }, 'store_not_durable')
    }
    await compareSecrets(guarded, config.session.secrets, audit)
  } catch (error) {
    // Its connection was closed by us.
    if (isDraining) return
    const { cause = error } = error as Error
    audit('store_unavailable', { reason: safeMessage(cause), hint: storeHint })
  }
  await lookAtUsers()
})

const sweeping = setInterval(() => {
  backend.sweep().catch((error) => audit('session_sweep_failed', { err: error }))
}, sweepEveryMs).unref()

async function open() {
  const config = readConfig(process.env)
  const users = openConfiguredUsers(config, audit)
  const backend = await openConfigured(config, (error) => {
    audit('store_unavailable', { reason: safeMessage(error) })
  })
  return { config, users, backend }
}

/** Warns of users that cannot log in, once they can be read. */
async function lookAtUsers() {
  try {
    const { all, unverifiable } = await users.count()
    if (all === 0) log.warn({ hint: usersHint }, 'users_none')
    if (unverifiable > 0) log.warn({ count: unverifiable, hint: argonHint }, 'users_unverifiable')
  } catch (error) {
    if (!isDraining) audit('users_unavailable', { reason: safeMessage(error) })
  }
}

async function stop({ delayMs }: { delayMs: number }) {
  if (isDraining) {
    log.warn('shutdown_forced')
    process.exit(1)
  }
  isDraining = true
  clearInterval(sweeping)
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'))
  // Whoever asks /readyz has so long to send requests elsewhere, and what comes meanwhile is served.
  await pause(delayMs)
  await drain()
  // A store that has stopped would keep its connections, and they the process.
  setTimeout(() => process.exit(), closeMs).unref()
  await Promise.all([backend.close(), users.close()])
  log.info('shutdown_done')
}

/** Stops taking connections and resolves when what is in flight has been answered, or was cut off after the grace period; sockets that were upgraded, as those of WebSockets are, end last. */
async function drain(): Promise<void> {
  server.close()
  const began = performance.now()
  let lastUnderWay = began
  while (sockets.size > 0 && performance.now() < began + graceMs) {
    if (underWay > 0) lastUnderWay = performance.now()
    if (performance.now() > lastUnderWay + headMs) break
    server.closeIdleConnections()
    await pause(50)
  }
  for (const socket of sockets) socket.destroySoon()
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    log.info({ signal }, 'shutdown_start')
    void stop({ delayMs: config.shutdownDelayMs })
  })
}

// Nothing gets here that a request could cause; whoever supervises the process starts it anew (OWASP ASVS 16.5.4).
process.on('uncaughtException', (error) => {
  log.error({ err: error }, 'uncaught_exception')
  process.exitCode = 1
  void stop({ delayMs: 0 })
})
