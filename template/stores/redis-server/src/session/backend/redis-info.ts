import type { Diagnosis, Finding } from './contract.ts'

const appendCure =
  'Set "appendonly yes" at the server: a crash loses the sessions since its last snapshot, and brings back those that were logged out since'
const evictionCure =
  'Set "maxmemory-policy noeviction" at the server: with this one it drops sessions when its memory is full, and their users are logged out'

/** Reads what INFO of a Redis or Valkey says; an empty text, as whoever may not ask has, says nothing. */
export function readInfo(info: string): Diagnosis {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]
  const version = field('valkey_version') ?? field('redis_version')
  const microseconds = field('server_time_usec')
  const policy = field('maxmemory_policy')
  const append = field('aof_enabled')
  const findings: Finding[] = []
  if (version && Number.parseInt(version, 10) < 7) {
    findings.push({ check: 'version', found: version, cure: 'Run Redis 7 or later, or Valkey' })
  }
  if (policy) {
    const cure = policy === 'noeviction' ? undefined : evictionCure
    findings.push({ check: 'eviction', found: `maxmemory-policy is ${policy}`, cure })
  }
  if (append) {
    const found = `the append-only file is ${append === '1' ? 'on' : 'off'}`
    const cure = append === '1' ? undefined : appendCure
    findings.push({ check: 'durability', found, cure, productionOnly: true })
  }
  return {
    version,
    clock: microseconds === undefined ? undefined : Number(microseconds) / 1000,
    findings,
  }
}
