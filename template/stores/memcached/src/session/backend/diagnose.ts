import type { MemcacheClient } from 'memcache-client'
import type { Diagnosis } from './contract.ts'

const cure =
  'Give it more memory (memcached -m, in megabytes), and nothing but sessions to keep: each that it evicts is a user logged out'

/** Asks Memcached for its version and its clock, and whether it has evicted anything since its start. */
export async function diagnose(client: MemcacheClient): Promise<Diagnosis> {
  const { STAT = [] } = await client
    .cmd<{ STAT?: [name: string, value: string][] }>('stats')
    .catch(() => ({ STAT: [] }))
  const { version, time, evictions = '0' } = Object.fromEntries(STAT)
  if (time === undefined) return {}
  const found = `${evictions} items evicted since its start`
  const finding = { check: 'eviction', found, cure: evictions === '0' ? undefined : cure }
  return { version, clock: Number(time) * 1000, findings: [{ ...finding, productionOnly: true }] }
}
