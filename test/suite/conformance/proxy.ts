import { connect, createServer, type Socket } from 'node:net'

const hostAndPort = /\/\/(?:[^@/]*@)?([^:/@,]+):(\d+)/

function placeOf(url: string) {
  const [found, host = '', port = ''] = hostAndPort.exec(url) ?? []
  if (!found) throw new Error('The address of the server has to name its port, for this test')
  return { host, port: Number(port) }
}

/** A connection that was taken, and its other half to the server. */
interface Way {
  client: Socket
  upstream: Socket
  /** After so many answers of the server it goes silent for good. */
  answersLeft: number
  /** Whether nothing moves on it any more, also when all is well again. */
  isLost: boolean
}

/** A way to the server at an address that a test can break, and that knows what was sent through it. */
export async function openProxy(url: string) {
  const { host, port } = placeOf(url)
  const ways = new Set<Way>()
  const bytes: Buffer[] = []
  let taken = 0
  let target = { host, port }
  let mode: 'pass' | 'freeze' | 'swallow' | 'drop' | 'deafen' = 'pass'
  let delayMs = 0
  let bytesLeft = Number.POSITIVE_INFINITY
  let answersEach = Number.POSITIVE_INFINITY
  let largest = Number.POSITIVE_INFINITY

  const socketsOf = ({ client, upstream }: Way) => [client, upstream]
  const pause = (way: Way) => {
    for (const socket of socketsOf(way)) socket.pause()
  }
  const resume = (way: Way) => {
    if (!way.isLost) for (const socket of socketsOf(way)) socket.resume()
  }
  const lose = (way: Way) => {
    way.isLost = true
    pause(way)
  }
  const reset = (way: Way) => {
    for (const socket of socketsOf(way)) socket.resetAndDestroy()
  }

  function send(to: Socket, chunk: Buffer) {
    if (delayMs === 0) to.write(chunk)
    else setTimeout(() => to.write(chunk), delayMs)
  }

  function answer(way: Way, chunk: Buffer) {
    if (mode === 'deafen') return
    if (way.answersLeft-- <= 0) return lose(way)
    send(way.client, chunk.subarray(0, bytesLeft))
    if (chunk.length > bytesLeft) way.client.end(() => reset(way))
    bytesLeft -= Math.min(chunk.length, bytesLeft)
  }

  const server = createServer((client) => {
    const upstream = connect(target)
    const way: Way = { client, upstream, answersLeft: answersEach, isLost: mode === 'swallow' }
    ways.add(way)
    taken++
    const end = () => {
      ways.delete(way)
      for (const socket of socketsOf(way)) socket.destroy()
    }
    for (const socket of socketsOf(way)) socket.setNoDelay().on('error', end).on('close', end)
    client.on('data', (chunk) => {
      bytes.push(chunk)
      if (mode === 'drop') client.end()
      else if (chunk.length > largest) lose(way)
      else send(way.upstream, chunk)
    })
    way.upstream.on('data', (chunk) => answer(way, chunk))
    if (mode === 'freeze' || mode === 'swallow') pause(way)
  })
  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const own = (server.address() as { port: number }).port
  const cut = () => {
    for (const way of ways) for (const socket of socketsOf(way)) socket.destroy()
  }
  const loseAll = () => {
    for (const way of ways) lose(way)
  }

  return {
    url: url.replace(`${host}:${port}`, `127.0.0.1:${own}`),
    /** All that was sent to the server so far, as latin1. */
    sent: () => Buffer.concat(bytes).toString('latin1'),
    /** How many connections it took so far. */
    taken: () => taken,
    /** Nobody listens, and all connections are cut. */
    async refuse() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
    /** Connections stay open, or are taken, and nothing moves until all is well: as with a stopped server. */
    async freeze() {
      mode = 'freeze'
      for (const way of ways) pause(way)
    },
    /** What is connected now goes silent for good, as when a machine on the way is lost; new connections are fine. */
    async forget() {
      loseAll()
    },
    /** As `forget`, and what connects until all is well is taken and goes silent for good, too. */
    async swallow() {
      mode = 'swallow'
      loseAll()
    },
    /** Each connection is closed the moment that something is asked. */
    async drop() {
      mode = 'drop'
    },
    /** What is sent gets to the server, and its answers are lost. */
    async deafen() {
      mode = 'deafen'
    },
    /** A connection on which more bytes than that are sent at once goes silent for good, as when large packets get lost on the way. */
    async loseLarge(bytes: number) {
      largest = bytes
    },
    /** All that is sent takes so many ms longer, in each direction. */
    async delay(ms: number) {
      delayMs = ms
    },
    /** All connections are reset; new ones are fine. */
    async reset() {
      for (const way of ways) reset(way)
    },
    /** The connection is closed on which the server's answers, from now on, come to more bytes than that. */
    async cutAfter(count: number) {
      bytesLeft = count
    },
    /** Each connection that is taken until all is well goes silent for good after so many answers of the server, in its handshake, say. */
    async silenceAfter(answers: number) {
      answersEach = answers
    },
    /** New connections go to another server; what is connected stays where it is. */
    async switchTo(other: string) {
      target = placeOf(other)
    },
    /** All is well again. */
    async heal() {
      mode = 'pass'
      delayMs = 0
      bytesLeft = Number.POSITIVE_INFINITY
      answersEach = Number.POSITIVE_INFINITY
      largest = Number.POSITIVE_INFINITY
      for (const way of ways) resume(way)
      if (!server.listening) await listen(own)
    },
    async close() {
      cut()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
