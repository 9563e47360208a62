import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { addGenerator } from '../../generators/add.ts'
import { runGenerator } from '../../generators/plop.ts'
import { runCommand } from '../command.ts'
import { type Running, runProject, writeProject } from '../generators/plain-project.ts'

// Below this repository, whose packages it then has.
const folder = join(import.meta.dirname, '../../.apps/added-sessions')
const secret = 'Kq3vN8xZ0sLwT5yB2mRfJ7hD4gPcU6eA'
const app = `
const express = require('express')
const { sessions } = require('./src/session/sessions.ts')
const app = express()
app.use(sessions.middleware)
app.post('/enter', async (req, res) => {
  await sessions.start(req, { user: 'ann' })
  res.json({})
})
app.use((error, _req, res, _next) => {
  res.status(error.status ?? 500).json({ code: error.code })
})
const server = app.listen(0, () => console.error('port ' + server.address().port))
`

before(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const manifest = JSON.stringify({ type: 'commonjs', dependencies: { express: '5.3.0' } })
  writeProject(folder, { 'package.json': manifest, 'app.js': app })
  await runGenerator(addGenerator, { dir: '.', store: 'redis' }, { cwd: folder })
})
after(() => rmSync(folder, { recursive: true, force: true }))

const start = (test: TestContext, env: NodeJS.ProcessEnv) =>
  runProject(test, { cwd: folder, file: 'app.js', env })

const enter = ({ address }: Running) => fetch(`${address}/enter`, { method: 'POST' })

/** Runs the app with a setting that is wrong, and answers what it says at its end. */
async function fail(env: NodeJS.ProcessEnv): Promise<string> {
  const all = { ...process.env, ...env }
  const { code, err } = await runCommand(process.execPath, ['app.js'], { cwd: folder, env: all })
  assert.notEqual(code, 0)
  return err
}

describe('sessions that were added to a project', () => {
  it('say which setting is wrong, and let no process run on with it', async () => {
    assert.match(await fail({ SESSION_STORE_URL: 'mysql://127.0.0.1' }), /begins with "mysql:"/)
    assert.match(await fail({ SESSION_SECRETS: 'short' }), /SESSION_SECRETS: secret 1 is shorter/)
    assert.match(await fail({ SESSION_FORMAT: 'xml' }), /SESSION_FORMAT is "xml"/)
  })

  it('answer 503 while the store is away, and tell of it without what is secret', async (test) => {
    const running = await start(test, {
      SESSION_STORE_URL: 'redis://:hunter2hunter2@127.0.0.1:1',
      SESSION_SECRETS: secret,
    })
    const answer = await enter(running)
    assert.equal(answer.status, 503)
    assert.deepEqual(await answer.json(), { code: 'session_store_unavailable' })
    assert.match(running.said(), /"event":"store_unavailable".*ECONNREFUSED/)
    assert.ok(!running.said().includes('hunter2') && !running.said().includes(secret))
  })

  it('begin over https only, in production', async (test) => {
    const answer = await enter(await start(test, { NODE_ENV: 'production' }))
    assert.equal(answer.status, 400)
    assert.deepEqual(await answer.json(), { code: 'https_required' })
  })

  it('let the process end once they are closed', async () => {
    const script =
      "require('./src/session/sessions.ts').sessions.close().then(() => console.log('closed'))"
    const env = { ...process.env, SESSION_STORE_URL: 'redis://127.0.0.1:1' }
    const options = { cwd: folder, env, timeoutMs: 20_000 }
    const { code, out } = await runCommand(process.execPath, ['-e', script], options)
    assert.equal(code, 0)
    assert.match(out, /closed/)
  })
})
