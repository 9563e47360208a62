/** A piece of a line of a terminal that looks alike. */
export interface Span {
  text: string
  /** A class of the style sheet below; empty for plain text. */
  look: string
}

/** What a terminal shows, and for how long, in ms. */
export interface Frame {
  lines: Span[][]
  ms: number
}

const [charWidth, lineHeight, margin] = [8.43, 20, 16]

const style = `
  .screen { fill: #17191d }
  text { font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d7dae0; white-space: pre }
  .bold { font-weight: bold }
  .dim { fill: #8b919c }
  .red { fill: #f0808a } .green { fill: #8fce8a } .yellow { fill: #e5c07b }
  .blue { fill: #74b1f0 } .magenta { fill: #cf9ae6 } .cyan { fill: #6cc5cf }`

/** Frames as an SVG that plays them in a loop by its style sheet alone; who wants less motion sees the last one. */
export function drawFrames(
  frames: Frame[],
  { columns, rows }: { columns: number; rows: number },
): string {
  const [width, height] = [columns * charWidth + 2 * margin, rows * lineHeight + 2 * margin]
  const total = frames.reduce((sum, { ms }) => sum + ms, 0)
  let at = 0
  const steps = frames.map(({ ms }, index) => {
    const percent = ((100 * at) / total).toFixed(3)
    at += ms
    return `${percent}% { transform: translateY(${-index * height}px) }`
  })
  const last = `transform: translateY(${-(frames.length - 1) * height}px)`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal in which create-sess-app asks, makes an app and installs it">
<style>${style}
  .film { animation: play ${total}ms step-end infinite }
  @keyframes play { ${steps.join(' ')} }
  @media (prefers-reduced-motion: reduce) { .film { animation: none; ${last} } }
</style>
<rect class="screen" width="${width}" height="${height}" rx="10"/>
<g class="film">
${frames.map(({ lines }, index) => drawLines(lines, index * height)).join('\n')}
</g>
</svg>
`
}

function drawLines(lines: Span[][], top: number): string {
  return lines
    .map((spans, row) => {
      const y = top + margin + (row + 0.75) * lineHeight
      let column = 0
      const words = spans.map(({ text, look }) => {
        const x = margin + column * charWidth
        column += [...text].length
        if (text.trim() === '') return ''
        return `<tspan x="${x.toFixed(1)}"${look && ` class="${look}"`}>${escapeXml(text)}</tspan>`
      })
      return words.join('') && `<text y="${y}">${words.join('')}</text>`
    })
    .filter(Boolean)
    .join('\n')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
