import { isIPv4 } from 'node:net'

const groups = 8

/** The address that failures are counted for, without the port that some proxies add: of IPv6, the network of 64 bits, which one customer has whole. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^\[(.*)\](?::\d+)?$/, '$1')
  const [host = ''] = plain.split(':')
  if (isIPv4(host) || !URL.canParse(`http://[${plain}]`)) return host
  // Node writes each address in one way, however it came.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const start = head.split(':').filter(Boolean)
  const end = tail?.split(':').filter(Boolean) ?? []
  const all = [...start, ...Array(groups - start.length - end.length).fill('0'), ...end]
  if (/^(0:){5}ffff:/.test(all.join(':'))) return toIPv4(all.slice(-2))
  return all.slice(0, 4).join(':')
}

function toIPv4(pair: string[]): string {
  const numbers = pair.map((group) => Number.parseInt(group, 16))
  return numbers.flatMap((number) => [number >> 8, number & 255]).join('.')
}
