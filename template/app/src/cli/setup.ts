import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { fillEnv, type HttpError, openConfigured, safeMessage } from '../session/index.ts'
import { openConfiguredUsers } from '../users/users.ts'

/** Writes `.env`, unless it is there or the environment brings the settings, as in production. */
async function writeEnv() {
  if (process.env.SESSION_SECRETS || process.env.SESSION_SECRETS_FILE) return
  try {
    const example = await readFile('.env.example', 'utf8')
    await writeFile('.env', fillEnv(example), { mode: 0o600, flag: 'wx' })
    console.log('Wrote .env with a new secret.')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    console.log('.env is there already; nothing changed.')
  }
}

/** Makes the tables or indexes that sessions and users need; the app makes most of them by itself at the first use. A store that is not there yet is no failure, as it may be started afterwards. */
async function prepareStore() {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig(process.env)
  const users = openConfiguredUsers(config, (_event, { count, from, to } = {}) => {
    console.log(`Users taken over from ${from} into ${to}: ${count}.`)
  })
  const backend = await openConfigured(config, () => {})
  try {
    await backend.prepare()
    await backend.ping()
    console.log('The session store is ready.')
    const { all } = await users.count()
    console.log(`Users are in ${users.place}: ${all}.`)
  } catch (error) {
    const { code, message } = error as HttpError
    const refused =
      backend.isRefusal?.(error) &&
      `The session store refuses it (${safeMessage(error)}): mend that, or give its user the rights that README.md names.`
    const problem = code === 'users_unavailable' ? message : refused
    if (problem) {
      console.error(problem)
      process.exitCode = 1
      return
    }
    console.log(`The session store is not there yet (${safeMessage(error)}).`)
    console.log('Start it, then run "npm run setup" once more.')
  } finally {
    await Promise.all([backend.close(), users.close()])
  }
}

await writeEnv()
await prepareStore()
