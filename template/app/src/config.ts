import { readFileSync } from 'node:fs'
import express from 'express'
import { createReader, type Reader } from './environment.ts'
import { findWeakness } from './secret.ts'
import { longestLifeSeconds } from './session/lifetime.ts'

export interface Config {
  production: boolean
  port: number
  host: string
  /** Where browsers reach the app, such as `https://app.example`; empty means: as the request says. */
  publicOrigin: string
  /** Which proxies may say who the client is; as Express's `trust proxy`. */
  trustProxy: boolean | number | string
  usersFile: string
  session: {
    /** The first signs, all verify. */
    secrets: string[]
    /** Empty means the store's default. */
    storeUrl: string
    idleMs: number
    absoluteMs: number
    permanent: boolean
    cookieName: string
    keyPrefix: string
    idBytes: number
    format: 'json' | 'msgpack'
    maxBytes: number
    maxPerUser: number
    storeTimeoutMs: number
    /** `1`, or the prefix, table or collection of a plain connect package whose sessions are taken over; empty: none. */
    adopt: string
  }
}

/** The configuration that an environment says; throws one error that lists every problem, and never a secret. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = createReader(env)
  const mode = reader.oneOf('NODE_ENV', ['production', 'development', 'test'], 'production')
  const production = mode === 'production'
  const config: Config = {
    production,
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    publicOrigin: readOrigin(reader),
    trustProxy: readTrustProxy(reader),
    usersFile: reader.text('USERS_FILE', 'data/users.json'),
    session: {
      secrets: readSecrets(reader),
      storeUrl: reader.text('SESSION_STORE_URL'),
      idleMs: reader.integer('SESSION_IDLE_SECONDS', 1800, 1, longestLifeSeconds) * 1000,
      absoluteMs: reader.integer('SESSION_ABSOLUTE_SECONDS', 43_200, 1, longestLifeSeconds) * 1000,
      permanent: reader.oneOf('SESSION_PERMANENT', ['true', 'false'], 'false') === 'true',
      cookieName: reader.text('SESSION_COOKIE_NAME', production ? '__Host-id' : 'id'),
      keyPrefix: reader.text('SESSION_KEY_PREFIX', 'sess:'),
      idBytes: reader.integer('SESSION_ID_BYTES', 24, 16, 96),
      format: reader.oneOf('SESSION_FORMAT', ['json', 'msgpack'], 'json'),
      maxBytes: reader.integer('SESSION_MAX_BYTES', 65_536, 256, 350_000),
      maxPerUser: reader.integer('SESSION_MAX_PER_USER', 10, 1, 1000),
      storeTimeoutMs: reader.integer('SESSION_STORE_TIMEOUT_MS', 1000, 50, 60_000),
      adopt: reader.text('SESSION_ADOPT'),
    },
  }
  checkTogether(config, reader.problems)
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  return config
}

function checkTogether({ session, production }: Config, problems: string[]) {
  if (session.idleMs > session.absoluteMs) {
    problems.push(
      `SESSION_IDLE_SECONDS (${session.idleMs / 1000}) is more than SESSION_ABSOLUTE_SECONDS (${session.absoluteMs / 1000}); lower the first or raise the second`,
    )
  }
  if (!production && /^__(Host|Secure)-/.test(session.cookieName)) {
    problems.push(
      `SESSION_COOKIE_NAME is "${session.cookieName}"; browsers take that prefix over https only, so leave it out unless NODE_ENV is production`,
    )
  }
  if (!/^[A-Za-z0-9_-]+$/.test(session.cookieName)) {
    problems.push(`SESSION_COOKIE_NAME is "${session.cookieName}"; use letters, digits, _ and -`)
  }
  if (!/^[A-Za-z0-9_.:-]*[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(session.keyPrefix)) {
    problems.push(
      `SESSION_KEY_PREFIX is "${session.keyPrefix}"; use letters, digits, and _ . : -, one letter or digit at least`,
    )
  }
}

function readSecrets({ text, problems }: Reader): string[] {
  const file = text('SESSION_SECRETS_FILE')
  const name = file ? 'SESSION_SECRETS_FILE' : 'SESSION_SECRETS'
  let list = text('SESSION_SECRETS')
  try {
    if (file) list = readFileSync(file, 'utf8').trim()
  } catch (error) {
    problems.push(`SESSION_SECRETS_FILE cannot be read: ${(error as Error).message}`)
    return []
  }
  const secrets = list.split(',').map((secret) => secret.trim())
  if (!list) {
    problems.push(`${name} is empty; run "npm run setup", or set 32 random bytes`)
  }
  for (const [index, secret] of secrets.entries()) {
    const weakness = list && findWeakness(secret)
    if (weakness) problems.push(`${name}: secret ${index + 1} ${weakness}; set 32 random bytes`)
  }
  return secrets
}

function readOrigin({ text, problems }: Reader): string {
  const value = text('PUBLIC_ORIGIN')
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : null
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  problems.push(`PUBLIC_ORIGIN is "${value}"; set an address such as https://app.example`)
  return ''
}

function readTrustProxy({ text, problems }: Reader): boolean | number | string {
  const value = text('TRUST_PROXY', 'false')
  if (value === 'true' || value === 'false') return value === 'true'
  if (/^\d+$/.test(value)) return Number(value)
  try {
    express().set('trust proxy', value)
  } catch {
    problems.push(
      `TRUST_PROXY is "${value}"; set false, a count of hops, or addresses such as loopback, 10.0.0.0/8`,
    )
  }
  return value
}
