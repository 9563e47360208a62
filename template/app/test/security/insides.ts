import assert from 'node:assert/strict'

const insides = [
  /node_modules|\/src\/|\.ts\b|127\.0\.0\.1|localhost|unexpected token/i,
  /sql|redis|mongo|dynamo|memcache|proxy/i,
  /\bat \w+ |[a-z]Error\b|\bE[A-Z]{4,}\b/,
]

/** Fails when an answer tells of paths, places, drivers, or errors in their own words (OWASP ASVS 16.5.1). */
export async function assertNothingOfInsides(response: Response) {
  // A token is random, and may look like anything.
  const text = (await response.text()).replace(/[\w-]{86}/g, '')
  for (const each of insides) assert.doesNotMatch(text, each, response.url)
}
