/** The bytes of a file of ours with the line ends of one that is there: CRLF where it has no others. */
export function withLineEndsOf(there: Uint8Array, ours: Uint8Array): Buffer {
  const bytes = Buffer.from(ours)
  // Where there is a CR or a zero, it is no text of ours.
  if (!hasCrlfAlone(there) || bytes.includes(0) || bytes.includes('\r')) return bytes
  // Latin 1 hands on every byte as it is.
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

/** The text of a file, byte order mark and all; throws where it is no UTF-8. */
export const textIn = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

/** The text of a file with plain line ends and without a byte order mark; throws where it is no UTF-8. */
export const plainText = (bytes: Uint8Array) =>
  textIn(bytes)
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')

function hasCrlfAlone(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text)
}
