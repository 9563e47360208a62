import type { Collection, Document, MongoClient } from 'mongodb'
import type { Diagnosis, Finding } from './contract.ts'

const indexCure =
  'Drop the index on "expires" and run "npm run setup": without a TTL index what has expired stays for ever'
const monitorCure =
  'Set the parameter ttlMonitorEnabled to true at the server: until then what has expired stays for ever'

/** Asks MongoDB for its version and its clock, and whether it removes what has expired by the index on `expires`. */
export async function diagnose(
  client: MongoClient,
  sessions: Pick<Collection, 'indexes'>,
): Promise<Diagnosis> {
  const ask = (database: string | undefined, command: Document): Promise<Document> =>
    client
      .db(database)
      .command(command)
      .catch(() => ({}))
  const { version } = await ask(undefined, { buildInfo: 1 })
  const { localTime } = await ask(undefined, { hello: 1 })
  const { ttlMonitorEnabled } = await ask('admin', { getParameter: 1, ttlMonitorEnabled: 1 })
  const indexes = await sessions.indexes().catch(() => undefined)
  const findings: Finding[] = []
  if (indexes) {
    const seconds = indexes.find(
      ({ key }) => Object.keys(key).join() === 'expires',
    )?.expireAfterSeconds
    const isOn = seconds !== undefined
    const found = isOn ? `a TTL index, ${seconds} s after the end` : 'no TTL index on "expires"'
    findings.push({ check: 'expiry', found, cure: isOn ? undefined : indexCure })
  }
  if (ttlMonitorEnabled === false) {
    findings.push({ check: 'expiry', found: 'the TTL monitor is off', cure: monitorCure })
  }
  return { version, clock: localTime?.getTime(), findings }
}
