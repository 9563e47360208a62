import { contests } from './contests.ts'
import type { Measured } from './measure.ts'
import { ratioOf } from './statistics.ts'
import { cpuOf } from './table.ts'

const shown = { read: '#1f77b4', write: '#ff7f0e', login: '#2ca02c' }
const bar = { height: 14, gap: 10, left: 90 }
/** How long the bar of what is wired by hand is. */
const unit = 320

/** CPU time per request beside what is wired by hand, as an SVG; a load that is too noisy has no bar. */
export function drawPlot(measured: Measured[]): string {
  const groups = contests.flatMap(({ store, plain }) => {
    const bars = Object.entries(shown).flatMap(([load, color]) => {
      const ours = cpuOf(measured, store, load, 'ours')
      const theirs = cpuOf(measured, store, load, plain)
      const ratio = ours && theirs ? ratioOf(ours, theirs) : null
      return ratio === null ? [] : [{ load, color, ratio }]
    })
    return bars.length > 0 ? [{ store, bars }] : []
  })
  const parts: string[] = []
  let y = 40
  for (const { store, bars } of groups) {
    parts.push(text(bar.left - 8, y + bar.height - 3, store, 'end'))
    for (const { load, color, ratio } of bars) {
      const width = (Math.min(ratio, 2) * unit).toFixed(0)
      parts.push(
        `<rect x="${bar.left}" y="${y}" width="${width}" height="${bar.height - 2}" fill="${color}"/>`,
        text(bar.left + Number(width) + 4, y + bar.height - 4, `${load} ${ratio.toFixed(2)}`),
      )
      y += bar.height
    }
    y += bar.gap
  }
  const width = bar.left + 2 * unit + 110
  const x = bar.left + unit
  const line = `<line x1="${x}" y1="30" x2="${x}" y2="${y}" stroke="#555" stroke-dasharray="4 3"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 10}" font-family="sans-serif" font-size="12">
<title>CPU time per request, as a part of that of express-session wired by hand on the same backend</title>
<rect width="100%" height="100%" fill="#fff"/>
${text(x, 20, 'wired by hand = 1.00', 'middle')}
${[...parts, line].join('\n')}
</svg>
`
}

const text = (x: number, y: number, words: string, anchor = 'start') =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`
