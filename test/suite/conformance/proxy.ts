import { connect, createServer, type Socket } from 'node:net'

const hostAndPort = /\/\/(?:[^@/]*@)?([^:/@,]+):(\d+)/

/** A way to the server at an address that a test can break, and that knows what was sent through it. */
export async function openProxy(url: string) {
  const [found, host = '', port = ''] = hostAndPort.exec(url) ?? []
  if (!found) throw new Error('The address of the server has to name its port, for this test')
  const pairs = new Set<[Socket, Socket]>()
  const bytes: Buffer[] = []
  let mode: 'pass' | 'freeze' | 'drop' = 'pass'

  const server = createServer((client) => {
    const upstream = connect(Number(port), host)
    const pair: [Socket, Socket] = [client, upstream]
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    pairs.add(pair)
    for (const socket of pair) socket.setNoDelay().on('error', end).on('close', end)
    client.on('data', (chunk) => {
      bytes.push(chunk)
      if (mode === 'drop') client.end()
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => client.write(chunk))
    if (mode === 'freeze') for (const socket of pair) socket.pause()
  })
  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const own = (server.address() as { port: number }).port
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }

  return {
    url: url.replace(`${host}:${port}`, `127.0.0.1:${own}`),
    /** All that was sent to the server so far, as latin1. */
    sent: () => Buffer.concat(bytes).toString('latin1'),
    /** Nobody listens, and all connections are cut. */
    async refuse() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
    /** Connections stay open, or are taken, and nothing moves: as with a stopped server. */
    async freeze() {
      mode = 'freeze'
      for (const pair of pairs) for (const socket of pair) socket.pause()
    },
    /** What is connected now goes silent for good, as when a machine on the way is lost; new connections are fine. */
    async forget() {
      for (const pair of pairs) for (const socket of pair) socket.pause()
    },
    /** Each connection is closed the moment that something is asked. */
    async drop() {
      mode = 'drop'
    },
    /** All is well again. */
    async heal() {
      mode = 'pass'
      for (const pair of pairs) for (const socket of pair) socket.resume()
      if (!server.listening) await listen(own)
    },
    async close() {
      cut()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
