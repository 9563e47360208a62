import { readFile, writeFile } from 'node:fs/promises'
import { fillEnv } from './env-file.ts'

try {
  const example = await readFile('.env.example', 'utf8')
  await writeFile('.env', fillEnv(example), { mode: 0o600, flag: 'wx' })
  console.log('Wrote .env with a new secret.')
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  console.log('.env is there already; nothing changed.')
}
