import { createHash } from 'node:crypto'

export interface PasswordPolicy {
  /** The fewest characters; NIST SP 800-63B-4 says 15 where the password is the only factor. */
  minLength: number
  /** Where to ask for breached passwords, by the first five digits of their SHA-1 only, as haveibeenpwned's range API takes them; empty means nowhere. */
  breachListUrl?: string
}

/** A user name or a password that is not accepted; the message is for whoever has chosen it. */
export class PolicyError extends Error {}

/** Throws a `PolicyError` for what is no user name, and for one that people would take for `like`. */
export function checkUserName(name: string, like: string | undefined): void {
  if (!/^\w[\w.@+-]{0,63}$/.test(name)) {
    throw new PolicyError(
      `"${name}" is no user name: use 1 to 64 letters, digits and _ . @ + -, the first a letter, digit or _`,
    )
  }
  if (like) throw new PolicyError(`"${name}" is too much like "${like}", which is there already`)
}

const maxBytes = 1024
const breachTimeoutMs = 2000
// Of 0 to 4: below this, a million guesses at what is common find it.
const lowestScore = 2
// More would keep the process from everything else for as long as half a second.
const estimatedCharacters = 100

/** Why a password is not accepted, in words for its owner, or null; it may hold any characters (OWASP ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.12). */
export async function findPasswordProblem(
  password: string,
  userName: string,
  { minLength, breachListUrl = '' }: PasswordPolicy,
): Promise<string | null> {
  if ([...password].length < minLength) return `A password has at least ${minLength} characters`
  if (Buffer.byteLength(password) > maxBytes) return `A password has at most ${maxBytes} bytes`
  estimator ??= createEstimator().catch((error: unknown) => {
    // What could not be loaded, as without a free file handle, may be with the next password.
    estimator = undefined
    throw error
  })
  const { score } = (await estimator).check(password.slice(0, estimatedCharacters), [userName])
  if (score < lowestScore) {
    return 'That password is among the first that others would try; take words that do not belong together'
  }
  if (breachListUrl && (await isBreached(password, breachListUrl))) {
    return 'That password is known from a breach of another site; take one that you use nowhere else'
  }
  return null
}

/** Whether a list of breaches has the password; a list that does not answer has nothing. */
async function isBreached(password: string, url: string): Promise<boolean> {
  const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
  const [prefix, rest] = [digest.slice(0, 5), digest.slice(5)]
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}/${prefix}`, {
      headers: { 'Add-Padding': 'true' },
      signal: AbortSignal.timeout(breachTimeoutMs),
    })
    const lines = answer.ok ? (await answer.text()).split(/\r?\n/) : []
    return lines.some((line) => line.startsWith(`${rest}:`) && !line.endsWith(':0'))
  } catch {
    return false
  }
}

let estimator: ReturnType<typeof createEstimator> | undefined

/** Loaded at the first use: it knows some 40,000 common passwords, names and words, and is not needed to serve. */
async function createEstimator() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
}
