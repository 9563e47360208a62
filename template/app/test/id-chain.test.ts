import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { beginChain, graceMs, nextId, standingOf } from '../src/session/id-chain.ts'

const first = 'A'.repeat(32)
const began = Date.parse('2026-01-05T08:00:00Z')

describe('the id of a session', () => {
  const chain = beginChain(began)
  const second = nextId(first, chain)
  const later = { ...chain, count: 1, since: began + 900_000 }
  const third = nextId(second, later)

  it('is followed by one that has its first part, and nothing else in common', () => {
    assert.match(second, new RegExp(`^${first}~[\\w-]{32}$`))
    assert.match(third, new RegExp(`^${first}~[\\w-]{32}$`))
    assert.notEqual(second, third)
    assert.notEqual(nextId(first, beginChain(began)), second, 'another session has another')
  })

  it('is in use until the next one was used, and good for ten seconds more', () => {
    assert.equal(standingOf(first, undefined, began), 'present')
    assert.equal(standingOf(first, chain, began + 86_400_000), 'present')
    assert.equal(standingOf(second, chain, began), 'next')
    assert.equal(standingOf(second, later, later.since), 'present')
    assert.equal(standingOf(first, later, later.since + graceMs - 1), 'former')
    assert.equal(standingOf(first, later, later.since + graceMs), 'over')
  })

  it('is over when two have come after it, or when it was never one', () => {
    const latest = { ...later, count: 2 }
    assert.equal(standingOf(first, latest, latest.since), 'over')
    assert.equal(standingOf(third, chain, began), 'over')
    assert.equal(standingOf(`${first}~${'B'.repeat(32)}`, chain, began), 'over')
    assert.equal(standingOf(second, undefined, began), 'over')
  })
})
