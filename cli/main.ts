import { writeSync } from 'node:fs'
import { Refusal } from '../generators/refusal.ts'
import { stopOnSignals } from '../generators/signals.ts'
import { paint } from './paint.ts'
import { run } from './run.ts'
import { findVoice } from './voice.ts'

// Whoever reads us may stop early, as head does.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const args = process.argv.slice(2)
const voice = findVoice(args)
const release = stopOnSignals('Interrupted: nothing was written.')

// A program that asked for one object gets one after a Ctrl-C, too.
const tellProgram = (exitCode: number) => {
  try {
    writeSync(1, `${JSON.stringify({ error: 'interrupted, see standard error', exitCode })}\n`)
  } catch {
    // Nobody reads it any more.
  }
}
if (voice.json) process.once('exit', tellProgram)

// A Ctrl-D closes the keyboard, so that a question never gets its answer.
const endAsking = () => void process.emit('SIGINT')
process.once('beforeExit', endAsking)

run(args, voice, release)
  .then(
    ({ print, exitCode }) => {
      if (print !== undefined) process.stdout.write(`${print}\n`)
      process.exitCode = exitCode
    },
    (error: Error) => {
      const message = error.message.replace(/\s*\n\s*/g, ' ')
      const exitCode = error instanceof Refusal ? error.exitCode : 1
      if (voice.json) process.stdout.write(`${JSON.stringify({ error: message, exitCode })}\n`)
      console.error(`${paint('red', 'create-sess-app:', process.stderr)} ${message}`)
      process.exitCode = exitCode
    },
  )
  .finally(() => {
    process.removeListener('exit', tellProgram)
    process.removeListener('beforeExit', endAsking)
  })
