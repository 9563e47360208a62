/** A server of the bench: opens its sessions at the address of a backend, and resolves with the port of 127.0.0.1 where it listens; `app` is the folder of an emitted app with that backend. */
export interface Peer {
  openPeer(url: string, app: string): Promise<number>
}

/** Where every server of the bench listens. */
export const host = '127.0.0.1'

/** What fills a session up to about a number of bytes, in fields as a shop would have them. */
export function fillerOf(bytes: number) {
  return Array.from({ length: Math.max(0, Math.round((bytes - 60) / 50)) }, (_, index) => ({
    id: 100_000 + index,
    name: 'An article',
    price: 9.99,
  }))
}
