import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/from-flask-session.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const template = templateFiles()

// What flask_session/defaults.py and __init__.py of 0.8.0 read.
const settings =
  `TYPE PERMANENT USE_SIGNER KEY_PREFIX ID_LENGTH SERIALIZATION_FORMAT CLEANUP_N_REQUESTS
REDIS MEMCACHED CACHELIB FILE_DIR FILE_THRESHOLD FILE_MODE MONGODB MONGODB_DB MONGODB_COLLECT
SQLALCHEMY SQLALCHEMY_TABLE SQLALCHEMY_SEQUENCE SQLALCHEMY_SCHEMA SQLALCHEMY_BIND_KEY DYNAMODB
DYNAMODB_TABLE`.split(/\s+/)

describe('docs/from-flask-session.md', () => {
  it('has one row for each setting of Flask-Session', () => {
    assert.equal(settings.length, 23)
    for (const name of settings) {
      const own = rows.filter(([, cell]) => new RegExp(`^\`SESSION_${name}\``).test(cell ?? ''))
      assert.equal(own.length, 1, `SESSION_${name} has ${own.length} rows`)
    }
  })

  it('names only variables and stores that are here', () => {
    const known = textOf(template, 'app/README.md') ?? ''
    const here = rows.map(([, , cell = '']) => cell).join('\n')
    for (const [, name = ''] of here.matchAll(/`(SESSION_[A-Z_]+)/g)) {
      assert.match(known, new RegExp(`\\b${name}\\b`), `${name} is no variable of an app`)
    }
    const stores = listStores(template).map(({ name }) => name)
    const named = [...here.matchAll(/--store ([\w-]+)/g)].map(([, name = '']) => name)
    for (const name of named) assert.ok(stores.includes(name), `there is no store ${name}`)
  })

  it('has every store, but those that Flask-Session has no counterpart of', () => {
    const named = rows.map(([, , cell = '']) => cell).join('\n')
    const missing = listStores(template).filter(({ name }) => !named.includes(name))
    assert.deepEqual(
      missing.map(({ name }) => name),
      ['memory'],
    )
  })
})
