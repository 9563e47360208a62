import { findWeakness } from '../../template/app/src/session/settings.ts'
import { Refusal } from '../refusal.ts'

/** Refuses a secret that the app would refuse, or that its `.env` cannot carry; never shows it. */
export function checkSecret(secret: string): void {
  const weakness =
    findWeakness(secret) ??
    (/[^!-~]|[#'"`\\$]/.test(secret) &&
      'holds a quote, a # or another character that no .env carries')
  if (weakness) {
    throw new Refusal(`the secret ${weakness}: make one with "openssl rand -base64 32"`)
  }
}
