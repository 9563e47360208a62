import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { fillEnv, openConfigured, safeMessage } from '../session/index.ts'

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

/** Makes the tables or indexes that the store needs; the app makes most of them by itself at the first use. */
async function prepareStore() {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const backend = await openConfigured(readConfig(process.env), () => {})
  try {
    await backend.prepare()
    await backend.ping()
    console.log('The session store is ready.')
  } catch (error) {
    if (backend.isRefusal?.(error)) {
      console.error(
        `The session store refuses it (${safeMessage(error)}): mend that, or give its user the rights that README.md names.`,
      )
      process.exitCode = 1
      return
    }
    console.log(`The session store is not there yet (${safeMessage(error)}).`)
    console.log('Start it, then run "npm run setup" once more.')
  } finally {
    await backend.close()
  }
}

await writeEnv()
await prepareStore()
