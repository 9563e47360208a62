import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { testBackend } from './backend.ts'

// What `npm run test:security` runs: its files share one server, and each has a key prefix of its own.
const given = process.env.SESSION_STORE_URL
const server = given ? null : await testBackend.start()
const options = process.argv.slice(2)
const files = globSync('test/security/*.test.ts').sort()
const tests = spawn(process.execPath, ['--test', ...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, SESSION_STORE_URL: given ?? server?.url },
})
const [code] = await once(tests, 'exit')
await server?.stop()
process.exitCode = code ?? 1
