/** The environment in which Node runs this before all else, with `crypto` as CommonJS has it. */
const running = (script: string) => {
  const all = `import crypto from 'node:crypto'; import { syncBuiltinESMExports } from 'node:module'; ${script}; syncBuiltinESMExports()`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(all)}` }
}

/** That of a Node before 24.7. */
export const withoutArgon2 = running('delete crypto.argon2; delete crypto.argon2Sync')

/** That of a Node whose OpenSSL is older than 3.2: the functions are there, and throw. */
export const uselessArgon2 = running(`
  const refuse = () => {
    const code = 'ERR_CRYPTO_ARGON2_NOT_SUPPORTED'
    throw Object.assign(new Error('Argon2 algorithm not supported'), { code })
  }
  Object.assign(crypto, { argon2: refuse, argon2Sync: refuse })`)
