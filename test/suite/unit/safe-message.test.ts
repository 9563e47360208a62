import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { safeMessage, serializeError } from '../../../src/session/index.ts'

const id = '5f'.repeat(32)

describe('the reason of an error, in the log', () => {
  it('is what went wrong, and its code', () => {
    assert.equal(safeMessage(new Error('No answer within 200 ms')), 'No answer within 200 ms')
    assert.equal(safeMessage('away'), 'away')
    const several = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
    assert.equal(safeMessage(several), 'AggregateError: (ECONNREFUSED)')
    const driver = Object.assign(new Error('no column x'), { original: { code: '42703' } })
    assert.equal(safeMessage(driver), 'no column x (42703)')
  })

  it('has no statement, no value, no session id and no text of a session in it', () => {
    const statement = `(conn:1) Data too long\nsql: UPDATE s SET data=? - parameters:['note']`
    assert.equal(safeMessage(new Error(statement)), '(conn:1) Data too long')
    assert.equal(safeMessage(new Error(`dup key: { _id: ${id} }`)), 'dup key: { _id: … }')
    for (const text of ['{"user":note}', `{"long":"${'x'.repeat(90)}","user":note}`]) {
      try {
        JSON.parse(text)
      } catch (error) {
        assert.match(safeMessage(error), /^SyntaxError: Unexpected token/)
        assert.doesNotMatch(safeMessage(error), /user|note"/)
      }
    }
    assert.ok(safeMessage(new Error('x'.repeat(5000))).length < 250)
  })

  it('comes with the cause and the place, without what drivers hang on to an error', () => {
    const cause = Object.assign(new Error('refused\nsql: note'), { parameters: ['note'] })
    const { message, cause: why, stack } = serializeError(new Error('away', { cause }))
    assert.deepEqual([message, why], ['away', 'refused'])
    assert.match(stack[0] ?? '', /safe-message\.test/)
    assert.doesNotMatch(JSON.stringify(serializeError(cause)), /note/)
  })
})
