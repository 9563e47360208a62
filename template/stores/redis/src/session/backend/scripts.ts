import { hash } from 'node:crypto'
import { defineScript } from 'redis'
import type { StoredRecord } from './over-connect-store.ts'

// A session is one string: 15 digits of its end in ms, 10 digits of its rev, 16 of a hash of its
// owner, then its owner as JSON, a line's end, and its data as it is. Scripts read and write the digits
// without parsing the rest.
const revAt = 15
const ownerAt = revAt + 10
const bodyAt = ownerAt + 16

type Parser = Parameters<Parameters<typeof defineScript>[0]['parseCommand']>[0]

/** The end of a session, in ms since the epoch, as the first digits of its value. */
export const formatEnd = (expires: number) => String(expires).padStart(revAt, '0')

// The server's clock may be another: it drops a session so long after its end, which is in the value, exact.
const spareMs = 10_000

/** How long the server keeps a session from now on, in ms. */
export const lifeMs = (expires: number) => Math.max(1, expires - Date.now() + spareMs)

function formatOwner(owner: string | null): string {
  const digits = owner === null ? '' : hash('sha256', owner)
  return digits.slice(0, bodyAt - ownerAt).padStart(bodyAt - ownerAt, '0')
}

/** The value of a session. */
export function formatValue({ expires, rev, owner, data }: StoredRecord): string {
  const head = formatEnd(expires) + String(rev).padStart(ownerAt - revAt, '0') + formatOwner(owner)
  return `${head}${JSON.stringify(owner)}\n${data}`
}

/** The session in a value of `formatValue`; of any other value all is `data`, for the reader to report and remove. */
export function parseValue(value: string): StoredRecord {
  try {
    const dataAt = value.indexOf('\n', bodyAt)
    const owner = JSON.parse(value.slice(bodyAt, dataAt))
    const expires = Number(value.slice(0, revAt))
    const rev = Number(value.slice(revAt, ownerAt))
    return { expires, rev, owner, data: value.slice(dataAt + 1) }
  } catch {
    return { expires: Number.MAX_SAFE_INTEGER, rev: 0, owner: null, data: value }
  }
}

function pushAll(parser: Parser, key: string, ...values: string[]) {
  parser.pushKey(key)
  parser.push(...values)
}

/** Takes a rev, a value, its `lifeMs`, the time, and 1 when its owner's set has it; writes only over a session that is still at that rev. `unindexed` means that it wrote nothing: the owner changes, and the set may not have the session yet. */
export const replaceSession = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local ends = tonumber(redis.call('GETRANGE', KEYS[1], 0, ${revAt - 1}))
    if not ends or ends <= tonumber(ARGV[4]) then return 'gone' end
    local rev = redis.call('GETRANGE', KEYS[1], ${revAt}, ${ownerAt - 1})
    if tonumber(rev) ~= tonumber(ARGV[1]) then return 'changed' end
    local owner = redis.call('GETRANGE', KEYS[1], ${ownerAt}, ${bodyAt - 1})
    local moves = string.sub(ARGV[2], ${ownerAt + 1}, ${bodyAt}) ~= owner
    if moves and ARGV[5] == '0' then return 'unindexed' end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 'done'`,
  parseCommand: pushAll,
  transformReply: (reply: unknown) => reply as 'done' | 'gone' | 'changed' | 'unindexed',
})

/** Takes an end, its `lifeMs` and the time; moves the end only for a session that is still there, and returns 1 or 0. It needs no memory: users stay logged in while Redis is full. */
export const touchSession = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `#!lua flags=allow-oom
    local ends = tonumber(redis.call('GETRANGE', KEYS[1], 0, ${revAt - 1}))
    if not ends or ends <= tonumber(ARGV[3]) then return 0 end
    redis.call('SETRANGE', KEYS[1], 0, ARGV[1])
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  parseCommand: pushAll,
  transformReply: (reply: unknown) => reply as 0 | 1,
})

/** Takes the id of a session and seconds; puts it into its owner's set, which then lives that long. */
export const indexSession = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    redis.call('ZADD', KEYS[1], 0, ARGV[1])
    redis.call('EXPIRE', KEYS[1], ARGV[2])`,
  parseCommand: pushAll,
  transformReply: () => undefined,
})
