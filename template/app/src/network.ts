import express from 'express'
import type { Reader } from './session/environment.ts'

/** Where browsers reach the app, from PUBLIC_ORIGIN; empty where that is not said. */
export function readOrigin({ text, problems }: Reader): string {
  const value = text('PUBLIC_ORIGIN')
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : null
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  problems.push(`PUBLIC_ORIGIN is "${value}"; set an address such as https://app.example`)
  return ''
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
