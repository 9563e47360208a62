/** Says that the address of a store in a .env is that of another, and which line goes in its place. */
export function otherAddress(theirs: string, ours: string): string {
  const password = ours.includes('<password>') ? ', with STORE_PASSWORD of .env for <password>' : ''
  return `.env has a SESSION_STORE_URL for ${theirs}, and it stays: put in its place SESSION_STORE_URL=${ours}${password}`
}
