import { styleText } from 'node:util'

/** Text in colour or weight, where that goes to a terminal, or FORCE_COLOR is set, and no NO_COLOR. */
export function paint(
  format: Parameters<typeof styleText>[0],
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  return isPainted(stream) ? styleText(format, text, { validateStream: false }) : text
}

function isPainted({ isTTY = false }: { isTTY?: boolean }): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = process.env
  if (force !== undefined) return force !== '0' && force !== 'false'
  return isTTY && !no && terminal !== 'dumb'
}

/** An address that a terminal lets one click, underlined there. */
export function link(address: string, stream: { isTTY?: boolean } = process.stdout): string {
  if (!isPainted(stream)) return address
  return `\u001b]8;;${address}\u0007${paint('underline', address, stream)}\u001b]8;;\u0007`
}
