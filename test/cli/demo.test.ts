import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../command.ts'
import { writeProject } from '../generators/plain-project.ts'

const app = `
const { createServer } = require('node:http')
createServer((_request, response) => response.end()).listen(process.env.PORT)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))`

describe('npm run demo', () => {
  it('ends without an error when a Ctrl-C stops it and the app', async (t) => {
    const scripts = { start: 'node app.cjs', user: 'echo with the password abc' }
    const dependencies = { 'express-session': '1.19.0' }
    const cwd = writeProject(temporaryFolder(t), {
      'my-app/package.json': JSON.stringify({ scripts, dependencies }),
      'my-app/app.cjs': app,
      'my-app/src/session/backend/index.ts': '',
      'my-app/node_modules/.keep': '',
    })
    // In a group of its own, which a Ctrl-C reaches whole.
    const demo = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/demo.ts')], {
      cwd,
      detached: true,
    })
    let output = ''
    const ready = new Promise<void>((resolve) => {
      for (const stream of [demo.stdout, demo.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
          if (/Ctrl-C stops it/.test(output)) resolve()
        })
      }
    })
    const ended = once(demo, 'close')
    await Promise.race([ready, ended])
    process.kill(-(demo.pid ?? 0), 'SIGINT')
    const [code] = await ended
    assert.ok(code === 0 || code === 130, `${code}: ${output}`)
    assert.doesNotMatch(output, /ended with code/)
  })
})
