import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mergeJson, mergeLines } from '../../generators/files/merge.ts'
import { mergeEnv } from '../../generators/files/three-way.ts'

describe('JSON in three versions', () => {
  const three = (base: object, mine: object, next: object, winner: 'mine' | 'next' = 'mine') => {
    const [was, is, will] = [base, mine, next].map((value) => JSON.stringify(value))
    const sides = { base: was ?? '', mine: is ?? '', next: will ?? '' }
    const { text, clashes } = mergeJson(sides, winner)
    return { value: JSON.parse(text), clashes }
  }

  it('takes from each side what it has changed, at any depth', () => {
    const base = { a: 1, deep: { x: { p: 1, q: 1 }, gone: 1 }, list: [1] }
    const mine = { a: 2, deep: { x: { p: 2, q: 1 }, gone: 1 }, list: [1], own: true }
    const next = { a: 1, deep: { x: { p: 1, q: 3 } }, list: [1, 2], new: { y: 1 } }
    assert.deepEqual(three(base, mine, next), {
      value: { a: 2, deep: { x: { p: 2, q: 3 } }, list: [1, 2], own: true, new: { y: 1 } },
      clashes: [],
    })
  })

  it('loses a group with its last entry, and no group of the owner', () => {
    assert.deepEqual(three({ g: { a: 1 } }, { g: { a: 1 }, b: 1 }, {}).value, { b: 1 })
    const kept = three({ g: { a: 1 } }, { g: { a: 1, mine: 1 } }, {})
    assert.deepEqual(kept, { value: { g: { mine: 1 } }, clashes: [] })
  })

  it('names what both sides have changed, and takes it from the side that wins', () => {
    const [base, mine, next] = [{ d: { a: 1, b: 1 } }, { d: { a: 2 } }, { d: { a: 3, b: 2 } }]
    const kept = { value: { d: { a: 2 } }, clashes: ['d.a', 'd.b'] }
    assert.deepEqual(three(base, mine, next), kept)
    assert.deepEqual(three(base, mine, next, 'next').value, { d: { a: 3, b: 2 } })
    assert.deepEqual(three({}, { a: 1 }, { a: 1 }).clashes, [])
  })
})

describe('a .env in three versions', () => {
  const base = 'A=1\n\n# The old store.\nURL=old\n'
  const next = 'A=1\n\n# The new store.\nPASSWORD=x\nURL=new\n'

  it('has the lines of the owner around the block of the store that is there now', () => {
    const mine = '# Mine.\nA=2\nB=1\n\n# The old store.\nURL=old\nC=1\n# End.\n'
    assert.deepEqual(mergeEnv({ base, mine, next }, 'mine'), {
      text: '# Mine.\nA=2\nB=1\n\n# The new store.\nPASSWORD=x\nURL=new\nC=1\n# End.\n',
      clashes: [],
    })
  })

  it('names a variable that both sides have changed, and takes it from the side that wins', () => {
    const mine = base.replace('URL=old', 'URL=mine')
    const kept = mergeEnv({ base, mine, next }, 'mine')
    assert.deepEqual(kept.clashes, ['URL'])
    assert.match(kept.text, /^URL=mine$/m)
    assert.doesNotMatch(kept.text, /URL=new/)
    assert.equal(mergeEnv({ base, mine, next }, 'next').text, next)
    const removed = base.replace('URL=old\n', '')
    assert.deepEqual(mergeEnv({ base, mine: removed, next }, 'mine').clashes, ['URL'])
    assert.match(mergeEnv({ base, mine: removed, next }, 'next').text, /^URL=new$/m)
    assert.doesNotMatch(mergeEnv({ base, mine: removed, next }, 'mine').text, /URL/)
  })

  it('takes a variable that the owner has added already', () => {
    const mine = `${base}PASSWORD=x\n`
    assert.deepEqual(mergeEnv({ base, mine, next }, 'mine').clashes, [])
    assert.equal(mergeEnv({ base, mine, next }, 'mine').text.match(/PASSWORD=/g)?.length, 1)
    const other = `${base}PASSWORD=y\n`
    assert.deepEqual(mergeEnv({ base, mine: other, next }, 'mine').clashes, ['PASSWORD'])
  })
})

describe('lines in three versions', () => {
  it('are merged where the sides have changed others, and not where the same', () => {
    const base = 'a\nb\nc\nd\ne\n'
    const next = 'a\nb\nc\nd\nE\n'
    assert.equal(mergeLines({ base, mine: `A${base.slice(1)}`, next }), `A${next.slice(1)}`)
    assert.equal(mergeLines({ base, mine: 'a\nb\nc\nd\nmine\n', next }), undefined)
    assert.equal(mergeLines({ base, mine: next, next }), next)
  })
})
