import { encode as pack, decode as unpack } from '@msgpack/msgpack'
import { type IdChain, isChain } from './id-chain.ts'

/** What the app put into a session, by field. */
export type Fields = Record<string, unknown>

export interface Content {
  /** When the session began, in ms since the epoch. */
  created: number
  fields: Fields
  /** Of a session whose id is rotated. */
  ids?: IdChain
}

export type Format = 'json' | 'msgpack'

/** Encodes what a session holds; both formats stay readable whichever is set. */
export function encode(content: Content, format: Format): string {
  if (format === 'json') return JSON.stringify(content)
  return Buffer.from(pack(content, { maxDepth: 10_000 })).toString('base64')
}

/** Reads what `encode` wrote in either format; throws when it is neither. */
export function decode(data: string): Content {
  const content: unknown = data.startsWith('{')
    ? JSON.parse(data)
    : unpack(Buffer.from(data, 'base64'))
  if (!isContent(content)) throw new TypeError('This is no session')
  return content
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { created, fields, ids } = value as Partial<Content>
  const isRead = Number.isFinite(created) && typeof fields === 'object' && fields !== null
  return isRead && (ids === undefined || isChain(ids))
}
