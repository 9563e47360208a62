import type { Call } from './api.ts'
import type { Diagnosis } from './contract.ts'

/** Asks DynamoDB whether it removes what has expired, which a role of the app alone need not be allowed to ask. */
export async function diagnose(
  call: Call,
  { table, ttlName }: { table: string; ttlName: string },
): Promise<Diagnosis> {
  const ttl = await call('describeTimeToLive', { TableName: table }).then(
    ({ TimeToLiveDescription }) => TimeToLiveDescription,
    () => null,
  )
  const { TimeToLiveStatus: status = 'DISABLED', AttributeName: attribute = '' } = ttl ?? {}
  const isOn = /^ENABL/.test(status) && attribute === ttlName
  const other = `the TTL goes by "${attribute}", not by "${ttlName}"`
  const said = isOn ? `the TTL goes by "${ttlName}"` : attribute ? other : 'the TTL is off'
  const found = ttl ? said : 'not known: the app may not ask (DescribeTimeToLive)'
  const cure = `Let the TTL of the table go by "${ttlName}" (npm run setup turns it on where it is off): without it the table keeps, and you pay for, what has expired`
  return { findings: [{ check: 'expiry', found, cure: isOn || !ttl ? undefined : cure }] }
}
