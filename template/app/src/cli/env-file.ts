import { randomBytes } from 'node:crypto'

/** Fills in a `.env.example`: `<secret>` and `<password>` become 32 and 18 random bytes, or the values given; in a URL a password is percent-encoded (RFC 3986). */
export function fillEnv(
  example: string,
  {
    secret = randomBytes(32).toString('base64url'),
    password = randomBytes(18).toString('base64url'),
  } = {},
): string {
  return example
    .replaceAll('<secret>', () => secret)
    .replaceAll(/(?<=:\/\/\S*)<password>/g, () => encodeURIComponent(password))
    .replaceAll('<password>', () => password)
}
