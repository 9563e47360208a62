import { Refusal } from '../generators/refusal.ts'
import { stopOnSignals } from '../generators/signals.ts'
import { paint } from './paint.ts'
import { run } from './run.ts'

// Whoever reads us may stop early, as head does.
process.stdout.on('error', () => {})
const release = stopOnSignals('Interrupted: nothing was written.')

run(process.argv.slice(2), release).then(
  (code) => {
    process.exitCode = code
  },
  (error: Error) => {
    const name = paint('red', 'create-sess-app:', process.stderr)
    console.error(`${name} ${error.message.replace(/\s*\n\s*/g, ' ')}`)
    process.exitCode = error instanceof Refusal ? 2 : 1
  },
)
