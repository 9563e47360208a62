import { randomBytes, randomUUID } from 'node:crypto'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { createReader, findWeakness, readSessionConfig } from '../session/index.ts'
import type { Command } from './command.ts'

/** `npm run sessions -- rotate-secret`: the old secrets stay behind the new one, so that their cookies still verify. */
export const rotateSecret: Command<unknown> = {
  about: 'put a new secret in front of those that sign cookies',
  async run() {
    const secretsFile = process.env.SESSION_SECRETS_FILE?.trim()
    const file = secretsFile || '.env'
    const before = await readFile(file, 'utf8').catch((error) => {
      throw fault(`${file} cannot be read (${error.code}); nothing changed`)
    })
    const fresh = makeSecret()
    const after = secretsFile ? putFirst(before.trimStart(), fresh) : putInEnv(before, fresh)
    const list = secretsFile ? after.trim() : (parseEnv(after).SESSION_SECRETS ?? '')
    const { SESSION_SECRETS_FILE: _file, ...env } = process.env
    const reader = createReader({ ...env, SESSION_SECRETS: list })
    const { session } = readSessionConfig(reader)
    const problems = reader.problems.filter((each) => each.startsWith('SESSION_SECRETS'))
    if (problems.length > 0) throw fault(`${problems.join('\n')}\nNothing changed`)
    await replaceFile(file, after)

    const old = session.secrets.length - 1
    const seconds = session.absoluteMs / 1000
    const message = `${file} has a new secret in front of ${old} old. Restart the app: it then signs with the new one, and cookies of the old still verify. Drop the old ones, which are all but the first, when it has run for ${seconds} seconds (SESSION_ABSOLUTE_SECONDS). Where several processes are restarted one after the other, SECURITY.md says how.`
    return { message, data: { file, old, dropAfterSeconds: seconds } }
  },
}

const fault = (message: string) => Object.assign(new Error(message), { exitCode: 1 })

function makeSecret(): string {
  const secret = randomBytes(32).toString('base64url')
  // A random one may read as words by chance, and would not be taken.
  return findWeakness(secret) ? makeSecret() : secret
}

const putFirst = (list: string, fresh: string) => (list ? `${fresh},${list}` : fresh)

/** The text of a `.env` with one secret more; throws where it does not say what the app is told. */
function putInEnv(text: string, fresh: string): string {
  const { SESSION_SECRETS: known = '' } = parseEnv(text)
  const told = process.env.SESSION_SECRETS
  if (told !== undefined && told.trim() !== known.trim()) {
    throw fault(
      'SESSION_SECRETS comes from the environment, which goes before .env: put a new secret in front where it is set',
    )
  }
  const line = /^(\s*(?:export\s+)?SESSION_SECRETS\s*=[ \t]*["'`]?)([^\n]*)$/m
  const after = text.replace(
    line,
    (_all, head: string, list: string) => head + putFirst(list, fresh),
  )
  if (parseEnv(after).SESSION_SECRETS === putFirst(known, fresh)) return after
  throw fault('.env has no line SESSION_SECRETS=… that can be changed; nothing changed')
}

/** Puts a text in the place of a file, whole or not at all, for the same readers as before. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path)
  const { mode, uid, gid } = await stat(target)
  const draft = `${target}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      if (process.getuid?.() === 0) await file.chown(uid, gid)
      await file.chmod(mode & 0o777)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
