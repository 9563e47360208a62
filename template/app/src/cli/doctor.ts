import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { type Config, readConfig, readTrustProxy, readUserConfig } from '../config.ts'
import {
  createReader,
  type Finding,
  type Reader,
  readSessionConfig,
  type SessionConfig,
  safeMessage,
} from '../session/index.ts'
import { firstUsersFile, openConfiguredUsers, openUsers, type Users } from '../users/users.ts'
import { checkStore, toFinding } from './doctor-store.ts'

const usage = `npm run doctor            look for what is wrong with Node, the settings, the store, the users
                          and the disk
npm run doctor -- --json  the same as one JSON object

Each fault has its cure, and any fault ends it with 1; a note would be a fault in production. It
tries the store with a small write and a session of its own, which it ends, and makes the table,
file or folder that is missing there, as the app does at its start. It takes over no users, and
changes nothing else.`

const closeMs = 500
const leastFreeBytes = 50_000_000

function checkNode(): Finding {
  const found = process.versions.node
  const [major = 0, minor = 0] = found.split('.').map(Number)
  const isOld = major < 22 || (major === 22 && minor < 18)
  return { check: 'node', found, cure: isOld ? 'Run Node 22.18 or later' : undefined }
}

function checkSettings(env: NodeJS.ProcessEnv, { session }: SessionConfig): Finding[] {
  const found = env.NODE_ENV?.trim() || 'production, since NODE_ENV is not set'
  const environment = { check: 'environment', found }
  let problems: string[]
  try {
    problems = readConfig(env).unknownSettings
  } catch (error) {
    problems = (error as Error).message.split('\n')
  }
  if (problems.length > 0) {
    return [environment, ...problems.map((problem) => toFinding('settings', problem))]
  }
  const { length } = session.secrets
  const secrets = length === 1 ? 'one signs and verifies' : `the first signs, all ${length} verify`
  return [environment, { check: 'secrets', found: secrets }]
}

/** Whether browsers get their cookie through what is in front of the app. */
function checkProxy(reader: Reader, { production, session }: SessionConfig): Finding[] {
  const origin = reader.text('PUBLIC_ORIGIN')
  const isHttps = origin.startsWith('https:')
  const faults: Finding[] = []
  if (production && !isHttps) {
    const found = `PUBLIC_ORIGIN is ${origin ? `"${origin}"` : 'not set'}`
    const cure =
      'Set PUBLIC_ORIGIN to where browsers reach the app, such as https://app.example: in production the cookie goes over https only'
    faults.push({ check: 'cookie', found, cure })
  }
  if (!readTrustProxy(reader) && (production || isHttps)) {
    const found = `TRUST_PROXY is ${reader.text('TRUST_PROXY', 'false')}`
    const cure =
      'Let TRUST_PROXY name the proxy that ends https, by a count of hops or by addresses: without it all requests look like http, and nobody can log in'
    faults.push({ check: 'proxy', found, cure, productionOnly: true })
  }
  const found = `${session.cookieName}, over ${production ? 'https only' : 'http, too'}`
  return faults.length > 0 ? faults : [{ check: 'cookie', found }]
}

/** The users; nothing where they are at a store that cannot be used, which is a fault already. */
async function checkUsers(
  config: Pick<Config, 'users' | 'session'>,
  { isStoreAway }: { isStoreAway: boolean },
): Promise<Finding[]> {
  const check = 'users'
  const file = config.users.file || firstUsersFile
  let users: Users | undefined
  try {
    users = openConfiguredUsers(config, undefined, { takesOver: false })
    const { all, unverifiable } = await users.count()
    const waiting = all > 0 || users.place === file ? 0 : (await openUsers(file).count()).all
    if (waiting > 0) {
      const found = `there is none in ${users.place}, which the app begins with the ${waiting} of ${file}, once`
      const cure = `Start the app where those are the right users, and remove ${file} where not`
      return [{ check, found, cure, productionOnly: true }]
    }
    if (all === 0) {
      const cure =
        'Make a user by npm run user -- add, or let USERS_FILE name the file of the users'
      return [{ check, found: `there is none in ${users.place}`, cure }]
    }
    if (unverifiable > 0) {
      const found = `${unverifiable} of ${all} cannot log in: their passwords are hashed with Argon2, which this Node does not have`
      const cure =
        'Run Node 24.7 or later, on OpenSSL 3.2 or later, or give them new passwords by npm run user -- passwd'
      return [{ check, found, cure }]
    }
    return [{ check, found: `${all} in ${users.place}` }]
  } catch (error) {
    if (isStoreAway && users?.place !== file) return []
    const cure =
      'Mend that, or let USERS_FILE name the file of the users; README.md has the rights that a table of them needs'
    return [{ check, found: safeMessage(error), cure }]
  } finally {
    // A server that has stopped would keep its connections: nobody waits for them.
    users?.close().catch(() => {})
  }
}

/** Whether files and folders are for the app's user alone; on Windows a mode does not say. */
async function checkModes(paths: string[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const path of paths) {
    const there = await stat(path).catch(() => null)
    if (!there || process.platform === 'win32') continue
    const mode = (there.mode & 0o777).toString(8).padStart(4, '0')
    const cure = `chmod ${there.isDirectory() ? '0700' : '0600'} ${path}`
    const isOpen = (there.mode & 0o077) !== 0
    const found = `${path} is ${mode}${isOpen ? ', so that others can use it' : ''}`
    findings.push({ check: 'files', found, cure: isOpen ? cure : undefined })
  }
  return findings
}

/** Whether there is room where files are written. */
async function checkSpace(paths: string[]): Promise<Finding[]> {
  const folders = new Set(paths.map(dirname))
  const findings: Finding[] = []
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => null)
    if (!disk) continue
    const free = disk.bavail * disk.bsize
    const found = `${Math.round(free / 1e6)} MB are free at ${folder}`
    const cure = 'Make room: on a full disk nothing can be changed'
    findings.push({ check: 'space', found, cure: free < leastFreeBytes ? cure : undefined })
  }
  return findings
}

/** Everything that is looked at; what is wrong with the environment is a row, and no error. */
async function examine(env: NodeJS.ProcessEnv) {
  const reader = createReader(env)
  const config = readSessionConfig(reader)
  const users = readUserConfig(reader)
  const store = await checkStore(config)
  const written = [users.file || firstUsersFile, ...store.paths]
  const findings = [
    checkNode(),
    ...checkSettings(env, config),
    ...checkProxy(reader, config),
    ...store.findings,
    ...(await checkUsers({ ...config, users }, store)),
    ...(await checkModes(['.env', ...written])),
    ...(await checkSpace(written)),
  ]
  return findings.map(({ check, found, cure, productionOnly }) => {
    const harmful = productionOnly && !config.production ? 'note' : 'fault'
    return { check, status: cure ? harmful : 'ok', found, cure } as const
  })
}

const colors = { ok: 'green', note: 'yellow', fault: 'red' } as const

async function run(args: string[]) {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  const { json, help } = parseArgs({ args, options }).values
  if (help) return console.log(usage)
  const checks = await examine(process.env)
  const faults = checks.filter(({ status }) => status === 'fault').length
  if (faults > 0) process.exitCode = 1
  if (json) return console.log(JSON.stringify({ faults, checks }, null, 2))
  const width = Math.max(...checks.map(({ check }) => check.length))
  for (const { check, status, found, cure } of checks) {
    console.log(`${styleText(colors[status], status.padEnd(5))}  ${check.padEnd(width)}  ${found}`)
    if (cure) console.log(`${' '.repeat(width + 9)}${cure}.`)
  }
  console.log(faults === 0 ? '\nNo fault.' : `\nFaults: ${faults}.`)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`)
  process.exitCode = 1
}
// A server that has stopped would keep its connections, and they the process.
setTimeout(() => process.exit(), closeMs).unref()
