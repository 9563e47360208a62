import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import xterm, { type IBufferCell } from '@xterm/headless'
import { keys, openTerminal } from '../cli/terminal.ts'
import { drawFrames, type Frame, type Span } from './svg.ts'

const [columns, rows] = [100, 34]
const sampleMs = 120
const longestPauseMs = 1800
const endMs = 5000
// What turns while people wait.
const spinner = /[◒◐◓◑]|\.+$/gm
const colors = ['', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', '']

/** Runs the command at a terminal, with a real install, and returns what was seen as an animated SVG; the password that it shows is blotted out. */
export async function recordCommand(): Promise<string> {
  const cwd = mkdtempSync(join(realpathSync(tmpdir()), 'create-sess-app-'))
  try {
    const terminal = openTerminal([], { cwd })
    const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
    screen.write('\u001b[32m$\u001b[39m npx create-sess-app\r\n')
    const frames: Frame[] = []
    let written = 0
    const sample = async () => {
      const text = terminal.raw().slice(written)
      written += text.length
      await new Promise<void>((resolve) => screen.write(text, resolve))
      frames.push({ lines: readScreen(screen), ms: sampleMs })
    }
    const sampling = setInterval(() => void sample(), sampleMs)
    const press = async (each: string[]) => {
      for (const key of each) {
        terminal.type(key)
        await pause(sampleMs)
      }
    }
    await terminal.sees(/\(\[dir\]\)/)
    await pause(1000)
    await press([...'my-app', keys.enter])
    await terminal.sees(/\(--store\)/)
    await pause(1000)
    await press([keys.down, keys.enter])
    await terminal.sees(/\(--yes/)
    await pause(1000)
    await press([keys.enter])
    const code = await terminal.ended
    clearInterval(sampling)
    await sample()
    if (code !== 0) throw new Error(`The command ended with ${code}:\n${terminal.text()}`)
    return drawFrames(shorten(frames), { columns, rows })
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

/** The screen as lines of what looks alike. */
function readScreen({ buffer, rows }: InstanceType<typeof xterm.Terminal>): Span[][] {
  const { active } = buffer
  return Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.baseY + row)
    const spans: Span[] = []
    for (let column = 0; line && column < line.length; column++) {
      const cell = line.getCell(column)
      // What stands in two columns has nothing in the second one.
      if (!cell || cell.getWidth() === 0) continue
      const look = lookOf(cell)
      const last = spans.at(-1)
      const text = cell.getChars() || ' '
      if (last?.look === look) last.text += text
      else spans.push({ text, look })
    }
    const whole = spans.map(({ text }) => text).join('')
    return /with the password/.test(whole) ? blotOut(spans) : spans
  })
}

function lookOf(cell: IBufferCell): string {
  const color = cell.isFgPalette() ? (colors[cell.getFgColor() % 8] ?? '') : ''
  const names = [cell.isBold() ? 'bold' : '', cell.isDim() ? 'dim' : '', color]
  return names.filter(Boolean).join(' ')
}

/** The line without its password, which is the word after those that say so. */
function blotOut(spans: Span[]): Span[] {
  const at = spans.findIndex(({ text }) => /with the password/.test(text))
  return spans.map((span, index) =>
    index === at + 1 ? { ...span, text: span.text.replace(/\S/g, '•') } : span,
  )
}

/** Frames without those that look alike, and with pauses that nobody waits for. */
function shorten(frames: Frame[]): Frame[] {
  const shown: (Frame & { key: string })[] = []
  for (const { lines, ms } of frames) {
    const text = lines.map((spans) => spans.map((span) => span.text).join('')).join('\n')
    const key = text.replace(/ +$/gm, '').replace(spinner, '')
    const last = shown.at(-1)
    if (last?.key !== key) shown.push({ lines, ms, key })
    else if (last.ms < longestPauseMs) last.ms += ms
  }
  const last = shown.at(-1)
  if (last) last.ms = endMs
  return shown.map(({ lines, ms }) => ({ lines, ms }))
}
