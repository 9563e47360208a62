import { findLevel } from './levels.ts'
import { parseLifetime } from './lifetimes.ts'

interface Chosen {
  aal: string
  lifetime: string
  maxLifetime: string
  permanent: boolean
}

/** Where an app's sessions go beyond its level or the advice of OWASP, a line each (OWASP ASVS 7.1.1). */
export function findDeviations({ aal, lifetime, maxLifetime, permanent }: Chosen): string[] {
  const { longestIdle, longestAbsolute, name } = findLevel(aal)
  const nist = `NIST SP 800-63B-3, level ${name},`
  const owasp = 'The OWASP Session Management Cheat Sheet'
  const limits: [string, string, string, string | undefined][] = [
    [nist, 'without use', lifetime, longestIdle],
    [nist, 'in all', maxLifetime, longestAbsolute],
    [owasp, 'without use', lifetime, name === '3' ? '5m' : '30m'],
    [owasp, 'in all', maxLifetime, '8h'],
  ]
  const lines = limits.flatMap(([source, what, chosen, limit]) =>
    limit && parseLifetime(chosen) > parseLifetime(limit)
      ? `${source} asks for ${limit} ${what} at most; here it is ${chosen}.`
      : [],
  )
  if (name !== '1') {
    lines.push(`NIST asks for a second factor at level ${name}; this app has a password only.`)
  }
  if (permanent) {
    lines.push(
      'NIST advises against cookies that outlive the browser; `SESSION_PERMANENT` is `true`.',
    )
  }
  return lines
}
