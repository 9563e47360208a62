import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import express from 'express'
import { readConfig } from '../../../src/config.ts'
import { auditEvents } from '../../../src/http/audit-log.ts'
import { withMetrics } from '../../../src/http/metrics.ts'
import type { SessionBackend } from '../../../src/session/index.ts'

const secret = 'Kq3vN8xZ0sLwT5yB2mRfJ7hD4gPcU6eA'

describe('without a token, the metrics', () => {
  it('load nothing, count nothing, and put nothing between the app and its backend', () => {
    const app = express()
    const backend = {} as SessionBackend
    assert.equal(withMetrics(app, backend, ''), backend)
    assert.equal(auditEvents.hasSubscribers, false)
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    assert.ok(loaded.some((path) => path.includes('express')))
    assert.deepEqual(
      loaded.filter((path) => path.includes('prometheus')),
      [],
    )
  })
})

describe('METRICS_TOKEN', () => {
  const tokenOf = (METRICS_TOKEN?: string) =>
    readConfig({ SESSION_SECRETS: secret, METRICS_TOKEN }).metricsToken

  it('is none unless it is set', () => {
    assert.deepEqual([tokenOf(), tokenOf(''), tokenOf(' ')], ['', '', ''])
  })

  it('has to be as hard to guess as a secret, and is not repeated', () => {
    const token = 'pT7wQ2nVb9XkE4sYh6RmCz1JfLd8GuAo'
    assert.equal(tokenOf(token), token)
    for (const weak of [
      'metrics',
      token.slice(1),
      'ab'.repeat(20),
      'prometheus prometheus-token',
    ]) {
      assert.throws(
        () => tokenOf(weak),
        (error: Error) => /^METRICS_TOKEN /.test(error.message) && !error.message.includes(weak),
      )
    }
  })
})
