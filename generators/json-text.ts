/** What a JSON text holds, with a byte order mark or without; throws a SyntaxError where it is none. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''))
}
