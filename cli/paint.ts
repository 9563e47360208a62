import { styleText } from 'node:util'

/** Text in colour or weight, where that goes to a terminal whose user has not said NO_COLOR. */
export function paint(
  format: Parameters<typeof styleText>[0],
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  const wanted = stream.isTTY && !process.env.NO_COLOR
  return wanted ? styleText(format, text, { validateStream: false }) : text
}
