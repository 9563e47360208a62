import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAddress } from '../../../src/session/backend/address.ts'

describe('an address of Redis', () => {
  it('names a server, nodes of a cluster, or sentinels and a master', () => {
    const server = readAddress('rediss://app:p%40ss@[::1]/3')
    assert.deepEqual(server, {
      kind: 'server',
      tls: true,
      credentials: { username: 'app', password: 'p@ss' },
      nodes: [{ host: '::1', port: 6379 }],
      master: '',
      database: 3,
    })
    const cluster = readAddress('redis+cluster://:secret@a.example:7000,10.0.0.2:7001')
    assert.equal(cluster.kind, 'cluster')
    assert.deepEqual(cluster.credentials, { password: 'secret' })
    assert.deepEqual(cluster.nodes, [
      { host: 'a.example', port: 7000 },
      { host: '10.0.0.2', port: 7001 },
    ])
    const { kind, tls, master, database, nodes } = readAddress(
      'rediss+sentinel://one:26379,two:26379/main/2',
    )
    assert.deepEqual(
      { kind, tls, master, database },
      {
        kind: 'sentinel',
        tls: true,
        master: 'main',
        database: 2,
      },
    )
    assert.equal(nodes.length, 2)
  })

  for (const [url, what] of [
    ['redis://', /no host/],
    ['redis://:sesame', /cannot be read/],
    ['redis:/:sesame@host', /no host/],
    ['redis:app:sesame@host', /no host/],
    ['rediss://app:sesame/1', /cannot be read/],
    ['redis+cluster://:sesame,two', /no port/],
    ['redis://:sesame@one:1,two:2', /several hosts/],
    ['redis://:sesame@host:99999', /port/],
    ['redis://:ses/ame@host', /host/],
    ['redis://:ses%ame@host', /%/],
    ['redis://:sesame@host/app', /database/],
    ['redis+cluster://:sesame@one,two', /no port.*redis\+cluster:\/\/.*host:port,host:port,/],
    ['redis+cluster://:sesame@one:7000/1', /no databases/],
    ['rediss+sentinel://:sesame@one:26379', /name the master.*rediss\+sentinel:.*\/master/],
    ['redis+sentinel://:sesame@one:26379/main/x', /database/],
  ] as const) {
    it(`is refused, without its password, when it is none: ${url}`, () => {
      assert.throws(
        () => readAddress(url),
        (error: Error) => what.test(error.message) && !/ses.?ame/.test(error.message),
      )
    })
  }
})
