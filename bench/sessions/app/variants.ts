import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is left out of the app, to see what it costs: each text of `src/app.ts`, and what comes in its place. */
export const parts: Record<string, [string, string]> = {
  'request id and log': ['followRequests(config.logKey), ', ''],
  'security headers': ['createHeaders(config), ', ''],
  'checks of https, origin and type': [
    'app.use(requireHttps(config, audit), refuseOtherSites(config, audit), refuseOtherTypes)',
    '',
  ],
  'CSRF token': [
    'const csrf = createCsrf(config.csrfKeys, config.production, audit)',
    "const csrf = { ...createCsrf(config.csrfKeys, config.production, audit), token: () => '' }",
  ],
  'audit log': ['const audit = createAuditLog(log)', 'const audit = () => {}'],
}

/** Copies an app, without some of its parts; throws when the app no longer has the text of one. */
export function makeVariant(from: string, folder: string, without: string[]): void {
  cpSync(from, folder, { recursive: true })
  const file = join(folder, 'src/app.ts')
  let source = readFileSync(file, 'utf8')
  for (const part of without) {
    const [text, replacement] = parts[part] ?? ['', '']
    if (!source.includes(text)) {
      throw new Error(`src/app.ts has no "${text}" any more: change bench/sessions/app/variants.ts`)
    }
    source = source.replace(text, replacement)
  }
  writeFileSync(file, source)
}
