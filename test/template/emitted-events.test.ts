import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { subtree, templateFiles, textOf } from '../../generators/template/tree.ts'

const app = subtree(templateFiles(), 'app')
const security = textOf(app, 'SECURITY.md') ?? ''
const [, inventory = ''] = /\n## What is logged([\s\S]*?)\n## /.exec(security) ?? []
const rows = inventory.match(/^\| `.*$/gm) ?? []
const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
// The error handler logs these by their code, but for this one, which it calls store_unavailable.
const loggedCode = /\bhttpError\(503, '(?!session_store_unavailable')([a-z_]+)'/g
const sources = [...app.keys()].filter((path) => path.startsWith('src/'))

describe('the inventory of events in SECURITY.md (OWASP ASVS 16.1.1)', () => {
  it('has every event that the app logs', () => {
    const logged = sources.flatMap((path) => {
      const text = textOf(app, path) ?? ''
      const calls = [...text.matchAll(/\b(?:audit|log\.\w+)\((.*)/g)].map(([, rest = '']) => rest)
      const events = calls.flatMap((rest) => [...rest.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)])
      return [...events, ...text.matchAll(loggedCode)].map(([, event]) => event)
    })
    assert.ok(
      new Set(logged).size > 20,
      `only ${logged} are found in src/: look where they are logged`,
    )
    const names = new Set(listed.map(([, name]) => name))
    assert.deepEqual(
      [...new Set(logged)].filter((event) => !names.has(event)),
      [],
      'These events are logged and not in the table of SECURITY.md, so nobody expects them. Add them.',
    )
  })

  it('has no event that the app never logs', () => {
    const text = sources.map((path) => textOf(app, path) ?? '').join('\n')
    assert.deepEqual(
      listed.map(([, name]) => name).filter((name) => !new RegExp(`'${name}'`).test(text)),
      [],
      'SECURITY.md lists these events, and no file of src/ has them. Take them out.',
    )
  })
})
