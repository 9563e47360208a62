import { AssertionError } from 'node:assert'

const longest = 110

/** Says in a few words why a case failed, the same in every run: without ids, addresses and times. */
export function explain(error: unknown): string {
  const text =
    error instanceof AssertionError
      ? explainAssertion(error)
      : String(Object(error).message ?? error)
  const [line = ''] = text.trim().split('\n')
  const steady = line
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replace(/\b\d{10,}(\.\d+)?\b/g, '…')
    .replace(/\b(127\.0\.0\.1|localhost):\d+/g, 'the server')
    .replace(/(\/[\w.-]+)+\//g, '…/')
    .replace(/[\w-]{32}\w*/g, '…')
    .replace(/[|<>]/g, ' ')
  return steady.length > longest ? `${steady.slice(0, longest)}…` : steady
}

function explainAssertion({ generatedMessage, message, actual, expected }: AssertionError): string {
  return generatedMessage ? `${show(actual)} instead of ${show(expected)}` : message
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'cookie' in value) return 'a session'
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}
