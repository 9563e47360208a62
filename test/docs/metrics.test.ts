import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import express from 'express'
import { parse } from 'yaml'
import { withMetrics } from '../../template/app/src/http/metrics.ts'
import { openBackend } from '../../template/app/src/session/backend/index.ts'
import { pageText, tableRows } from './pages.ts'

interface Panel {
  id: number
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { refId: string; expr: string; datasource: { uid: string } }[]
}

interface Dashboard {
  title: string
  schemaVersion: number
  templating: { list: { name: string; type: string; definition?: string }[] }
  panels: Panel[]
}

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
}

const page = pageText('docs/metrics.md')
const file = join(import.meta.dirname, '../../docs/grafana-dashboard.json')
const dashboard = JSON.parse(readFileSync(file, 'utf8')) as Dashboard
const yaml = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => parse(text))
const wordsIn = (text: string) => [...text.matchAll(/`([a-z_]+)`/g)].map(([, word = '']) => word)

/** A metric as an app has it, with the values of its labels. */
interface Metric {
  type: string
  labels: Map<string, Set<string>>
}

/** The metrics that a new app has, by name. */
async function readMetrics(): Promise<Map<string, Metric>> {
  const token = 'pT7wQ2nVb9XkE4sYh6RmCz1JfLd8GuAo'
  const app = express()
  const options = { prefix: '', absoluteMs: 1, timeoutMs: 1, onError: () => {} }
  withMetrics(app, await openBackend('memory:', options), token)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { Authorization: `Bearer ${token}` }
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text()
  server.close().closeAllConnections()

  const metrics = new Map<string, Metric>()
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    metrics.set(name, { type, labels: new Map() })
  for (const [, series = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const metric = metrics.get(series) ?? metrics.get(baseOf(series))
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      if (label === 'le') continue
      metric?.labels.set(label, (metric.labels.get(label) ?? new Set()).add(value))
    }
  }
  return metrics
}

const baseOf = (series: string) => series.replace(/_(bucket|sum|count)$/, '')

/** The metrics that a query of Prometheus asks for, with the labels that it names; throws where it cannot be read. */
function readQuery(query: string) {
  // Grafana puts a time there.
  const text = query.replaceAll('$__rate_interval', '5m')
  const names: string[] = []
  const labels: [label: string, value: string][] = []
  parser.parse(text).iterate({
    enter({ type, from, to }) {
      assert.ok(!type.isError, `At ${from} of ${text}`)
      const part = text.slice(from, to)
      if (type.name === 'Identifier') names.push(part)
      if (type.name !== 'UnquotedLabelMatcher') return
      const [, label = '', value = ''] = /^(\w+)\s*[=!~]+\s*"(.*)"$/.exec(part) ?? []
      labels.push([label, value])
    },
  })
  return { names, labels }
}

describe('the metrics', () => {
  let metrics: Map<string, Metric>
  before(async () => {
    metrics = await readMetrics()
  })

  const isOurs = (name: string) => !/^(process|nodejs)_/.test(name)

  it('are each in docs/metrics.md, with their type and labels, and no others', () => {
    const listed = tableRows(page, '| metric | type | labels | what it counts |').map(
      ([name = '', type, labels = '']) => [wordsIn(name)[0], type, wordsIn(labels)],
    )
    const found = [...metrics].filter(([name]) => isOurs(name))
    assert.ok(found.length >= 5)
    assert.deepEqual(
      listed,
      found.map(([name, { type, labels }]) => [name, type, [...labels.keys()]]),
    )
  })

  it('have labels whose values docs/metrics.md names, each of them', () => {
    const events = tableRows(page, '| event | is counted |').map(([name = '']) => wordsIn(name)[0])
    const ofSessions = metrics.get('session_events_total')?.labels.get('event') ?? new Set()
    assert.deepEqual(new Set(events), ofSessions)
    const named = wordsIn(page)
    for (const [name, { labels }] of [...metrics].filter(([name]) => isOurs(name))) {
      for (const value of [...labels.values()].flatMap((values) => [...values]))
        assert.ok(named.includes(value), `${name}: ${value}`)
    }
  })

  it('are as many series as docs/metrics.md says, or fewer', () => {
    const [, count] = /with 0: some (\d+)/.exec(page) ?? []
    let series = 0
    for (const [name, { type, labels }] of [...metrics].filter(([name]) => isOurs(name))) {
      const each = [...labels.values()].reduce((all, { size }) => all * size, 1)
      series += each * (type === 'histogram' ? 15 : 1)
      assert.ok(each < 30, name)
    }
    assert.ok(Math.abs(series - Number(count)) <= 10, `${series} series`)
  })

  /** Fails where a query cannot be read, or asks for a metric or the value of a label that is not there. */
  function checkQuery(query: string) {
    const { names, labels } = readQuery(query)
    assert.notEqual(names.length, 0, query)
    const asked = names.map((name) => {
      const metric = metrics.get(name) ?? metrics.get(baseOf(name))
      assert.ok(metric, `No metric ${name}: ${query}`)
      if (metric.type === 'counter') assert.match(query, /\b(rate|increase)\(/, query)
      return metric
    })
    for (const [label, value] of labels.filter(([, each]) => !each.startsWith('$'))) {
      const isKnown = asked.some((metric) => metric.labels.get(label)?.has(value))
      assert.ok(isKnown, `No ${label}="${value}": ${query}`)
    }
  }

  it('are what the dashboard asks for, in words that Prometheus reads', () => {
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    assert.ok(queries.length > 8)
    queries.forEach(checkQuery)
    const asked = queries.flatMap((query) => readQuery(query).names)
    for (const name of [...metrics.keys()].filter(isOurs))
      assert.ok(
        asked.some((each) => each === name || baseOf(each) === name),
        `No panel shows ${name}`,
      )
    for (const { definition } of dashboard.templating.list) {
      const [, name] = /^label_values\((\w+)/.exec(definition ?? '') ?? []
      if (definition) assert.ok(metrics.has(String(name)), definition)
    }
  })

  it('are what the alerts ask for, each of which says what is wrong', () => {
    const rules = (yaml.find((each) => each.groups) as Rules).groups.flatMap((group) => group.rules)
    assert.ok(rules.length > 3)
    for (const { alert, expr, annotations } of rules) {
      checkQuery(expr)
      assert.ok(annotations.summary.length > 20, alert)
    }
  })

  it('are not asked for where a query is wrong', () => {
    for (const query of [
      'rate(sessions_total[5m])',
      'rate(session_events_total[5m)',
      'rate(session_events_total{event="born"}[5m])',
      'session_events_total',
    ]) {
      assert.throws(() => checkQuery(query), assert.AssertionError)
    }
  })
})

describe('docs/grafana-dashboard.json', () => {
  it('has panels that Grafana can tell apart and lay out', () => {
    const { panels } = dashboard
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    const taken = new Set<string>()
    for (const { title, gridPos } of panels) {
      const { x, y, w, h } = gridPos
      assert.ok(x >= 0 && w > 0 && x + w <= 24, title)
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          assert.ok(!taken.has(`${column} ${line}`), `${title} lies over another`)
          taken.add(`${column} ${line}`)
        }
      }
    }
  })

  it('asks the Prometheus that is chosen, by variables that are there', () => {
    assert.ok(dashboard.schemaVersion >= 39)
    const names = dashboard.templating.list.map(({ name }) => name)
    const text = JSON.stringify(dashboard.panels).replaceAll('$__rate_interval', '')
    for (const [, name = ''] of text.matchAll(/\$\{?(\w+)/g)) assert.ok(names.includes(name), name)
    for (const { type, title, targets = [] } of dashboard.panels) {
      assert.equal(targets.length > 0, type !== 'row', title)
      for (const { datasource } of targets) assert.equal(datasource.uid, '$'.concat('{datasource}'))
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
    }
  })
})
