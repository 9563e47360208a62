import { diffIndices } from 'node-diff3'

const context = 3

/** What has to change in a text to make another of it: hunks, as `diff -u` prints them and `patch` takes them. */
export function unifiedDiff(from: string, to: string): string {
  const [old, now] = [linesOf(from), linesOf(to)]
  const regions = diffIndices(old, now)
  const hunks: (typeof regions)[] = []
  for (const region of regions) {
    const last = hunks.at(-1)?.at(-1)
    const isNear = last && region.buffer1[0] - endOf(last.buffer1) <= 2 * context
    if (isNear) hunks.at(-1)?.push(region)
    else hunks.push([region])
  }
  return hunks.map((hunk) => formatHunk(hunk, old)).join('')
}

// A last line that does not end is another one than the same line that does.
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  const rest = lines.pop()
  return rest ? [...lines, `${rest}\n\\ No newline at end of file`] : lines
}

function formatHunk(hunk: ReturnType<typeof diffIndices<string>>, old: string[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)]
  if (!first || !last) return ''
  const start = Math.max(0, first.buffer1[0] - context)
  const end = Math.min(old.length, endOf(last.buffer1) + context)
  const lines: string[] = []
  const put = (sign: string, texts: string[]) => lines.push(...texts.map((text) => sign + text))
  let at = start
  for (const { buffer1, buffer1Content, buffer2Content } of hunk) {
    put(' ', old.slice(at, buffer1[0]))
    put('-', buffer1Content)
    put('+', buffer2Content)
    at = endOf(buffer1)
  }
  put(' ', old.slice(at, end))
  const count = (sign: string) => lines.filter((line) => !line.startsWith(sign)).length
  const shift = first.buffer2[0] - first.buffer1[0]
  const [gone, come] = [range(start, count('+')), range(start + shift, count('-'))]
  return [`@@ -${gone} +${come} @@`, ...lines, ''].join('\n')
}

const endOf = ([start, length]: [number, number]) => start + length

// An empty range stands behind the line that it names.
const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`
