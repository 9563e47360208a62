import express from 'express'
import type { Reader } from './session/environment.ts'

/** Where browsers reach the app, from PUBLIC_ORIGIN; empty where that is not said. */
export function readOrigin(reader: Reader): string {
  const address = readAddress(reader, 'PUBLIC_ORIGIN', 'https://app.example')
  return address && new URL(address).origin
}

/** An address on the web, from a variable of this name; empty where none is said. */
export function readAddress({ text, problems }: Reader, name: string, example: string): string {
  const value = text(name)
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : null
  if (url && /^https?:$/.test(url.protocol)) return url.href
  problems.push(`${name} is "${value}"; set an address such as ${example}`)
  return ''
}

/** Where to ask for breached passwords, from PASSWORD_BREACH_LIST_URL; empty means nowhere. */
export function readBreachList(reader: Reader): string {
  return readAddress(reader, 'PASSWORD_BREACH_LIST_URL', 'https://api.pwnedpasswords.com/range')
}

/** Which proxies may say who the client is, from TRUST_PROXY; none unless said (OWASP ASVS 4.1.3). */
export function readTrustProxy({ text, problems }: Reader): false | number | string {
  const value = text('TRUST_PROXY', 'false')
  if (value === 'false') return false
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
