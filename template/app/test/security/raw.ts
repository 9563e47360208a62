import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { noteText } from './leaks.ts'
import type { Visitor } from './visitor.ts'

/** What `fetch` cannot send: any method, and these headers and no others, for a visitor's cookies or nobody's. */
export async function askRaw(
  origin: string,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  visitor?: Visitor,
) {
  const cookie = [...(visitor?.jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const asked = request(new URL(origin), {
    method,
    path,
    headers: { 'X-Forwarded-Proto': 'https', ...(cookie && { cookie }), ...headers },
    agent: false,
  }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(answer)
  noteText(`the answer of ${method} ${path}`, body)
  return { status: answer.statusCode ?? 0, headers: answer.headers, body }
}
