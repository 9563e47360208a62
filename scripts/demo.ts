import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stopOnSignals } from '../generators/files/apply.ts'
import { InputError } from '../generators/input-error.ts'
import { developmentUser } from '../generators/template/compose.ts'
import { prepareApp } from './demo-app.ts'
import { startServer } from './demo-server.ts'
import { visit } from './demo-visit.ts'

const folder = resolve('my-app')

async function demo(once: boolean): Promise<void> {
  const release = stopOnSignals('Interrupted.')
  const password = await prepareApp(folder)
  release()
  const server = await startServer(folder, { quiet: once })
  try {
    if (once) await visit(server.address, { user: developmentUser, password })
    else {
      console.log(`\n${server.address}  user ${developmentUser}  password ${password}`)
      console.log('Ctrl-C stops it.\n')
      const code = await server.stopped
      // Ctrl-C reaches the app as well, which may end before it has ended everything.
      if (code && !server.isStopped()) throw new Error(`the app ended with code ${code}`)
    }
  } catch (error) {
    console.error(server.output())
    throw error
  } finally {
    await server.stop()
  }
}

try {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })
  await demo(values.once)
} catch (error) {
  console.error(`demo: ${(error as Error).message}`)
  process.exitCode = error instanceof InputError ? 2 : 1
}
