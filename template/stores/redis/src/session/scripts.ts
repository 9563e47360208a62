import { defineScript } from 'redis'
import type { StoredRecord } from './over-connect-store.ts'

// A session is one string: 15 digits of its end in ms, 10 digits of its rev, then JSON of the rest.
const endDigits = 15
const headDigits = endDigits + 10

type Parser = Parameters<Parameters<typeof defineScript>[0]['parseCommand']>[0]

/** The end of a session, in ms since the epoch, as the first digits of its value. */
export const formatEnd = (expires: number) => String(expires).padStart(endDigits, '0')

/** The value of a session. */
export function formatValue({ expires, rev, owner, data }: StoredRecord): string {
  const head = formatEnd(expires) + String(rev).padStart(headDigits - endDigits, '0')
  return head + JSON.stringify({ owner, data })
}

/** The session in a value of `formatValue`. */
export function parseValue(value: string): StoredRecord {
  return {
    expires: Number(value.slice(0, endDigits)),
    rev: Number(value.slice(endDigits, headDigits)),
    ...JSON.parse(value.slice(headDigits)),
  }
}

function pushAll(parser: Parser, key: string, ...values: string[]) {
  parser.pushKey(key)
  parser.push(...values)
}

/** Takes a rev, a value and its end; writes only over a session that is still at that rev. */
export const replaceSession = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local rev = redis.call('GETRANGE', KEYS[1], ${endDigits}, ${headDigits - 1})
    if rev == '' then return 'gone' end
    if tonumber(rev) ~= tonumber(ARGV[1]) then return 'changed' end
    redis.call('SET', KEYS[1], ARGV[2], 'PXAT', tonumber(ARGV[3]))
    return 'done'`,
  parseCommand: pushAll,
  transformReply: (reply: unknown) => reply as 'done' | 'gone' | 'changed',
})

/** Takes an end; moves it only for a session that is still there, and answers 1 or 0. */
export const extendSession = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
    redis.call('SETRANGE', KEYS[1], 0, ARGV[1])
    return redis.call('PEXPIREAT', KEYS[1], tonumber(ARGV[1]))`,
  parseCommand: pushAll,
  transformReply: (reply: unknown) => reply as 0 | 1,
})
