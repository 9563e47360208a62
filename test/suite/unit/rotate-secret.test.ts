import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { runJson, runSessions } from '../conformance/command.ts'
import { makeFolder } from '../conformance/folder.ts'

describe('npm run sessions -- rotate-secret', () => {
  const folder = makeFolder()
  const old = randomBytes(32).toString('base64url')

  async function rotate(text: string, env: NodeJS.ProcessEnv = {}) {
    const cwd = await mkdtemp(join(folder, 'app-'))
    await writeFile(join(cwd, '.env'), text, { mode: 0o600 })
    const said = await runSessions(env, ['rotate-secret'], { cwd })
    const after = await readFile(join(cwd, '.env'), 'utf8')
    assert.deepEqual(await readdir(cwd), ['.env'])
    return { cwd, after, ...said }
  }

  it('puts a new secret in front of the old ones, keeps all else, and prints none', async () => {
    for (const quote of ['', '"', "'"]) {
      const text = `# a note\nPORT=3000\nSESSION_SECRETS=${quote}${old},keyboard-cat${quote}\nLAST=1`
      const { cwd, after, code, out, err } = await rotate(text)
      assert.equal(code, 0, err)
      const [fresh = '', ...rest] = (parseEnv(after).SESSION_SECRETS ?? '').split(',')
      assert.equal(Buffer.from(fresh, 'base64url').length, 32)
      assert.deepEqual(rest, [old, 'keyboard-cat'])
      assert.equal(after.replace(`${fresh},`, ''), text)
      assert.equal((await stat(join(cwd, '.env'))).mode & 0o777, 0o600)
      assert.match(err, /in front of 2 old.*Restart the app.*43200 seconds/)
      for (const secret of [fresh, old]) assert.ok(!(out + err).includes(secret))
    }
  })

  it('makes a weak secret one that only verifies', async () => {
    const { after, code } = await rotate('SESSION_SECRETS=keyboard cat\n')
    assert.equal(code, 0)
    assert.match(after, /^SESSION_SECRETS=[\w-]{43},keyboard cat\n$/)
  })

  it('changes the file of SESSION_SECRETS_FILE where there is one', async () => {
    const file = join(await mkdtemp(join(folder, 'vault-')), 'session')
    await writeFile(file, `${old}\n`)
    await chmod(file, 0o640)
    const data = await runJson({ SESSION_SECRETS_FILE: file }, ['rotate-secret'], { cwd: folder })
    assert.deepEqual(data, { file, old: 1, dropAfterSeconds: 43_200 })
    assert.match(await readFile(file, 'utf8'), new RegExp(`^[\\w-]{43},${old}\\n$`))
    assert.equal((await stat(file)).mode & 0o777, 0o640)
  })

  it('changes nothing where the secrets come from elsewhere, or cannot be read', async () => {
    const other = randomBytes(32).toString('base64url')
    const elsewhere = await rotate(`SESSION_SECRETS=${old}\n`, { SESSION_SECRETS: other })
    const twice = await rotate(`SESSION_SECRETS=${old}\nSESSION_SECRETS=${other}\n`)
    const none = await rotate('PORT=3000\n')
    for (const { code, err } of [elsewhere, twice, none]) assert.equal(code, 1, err)
    assert.match(elsewhere.err, /comes from the environment/)
    assert.equal(elsewhere.after, `SESSION_SECRETS=${old}\n`)
    assert.equal(none.after, 'PORT=3000\n')
  })
})
