import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import connectMemcached from 'connect-memcached'
import session from 'express-session'
import type { PlainPackage } from '../plain-package.ts'

const MemcachedStore = connectMemcached(session)

/** By which the package's client knows JSON. */
const jsonFlag = 2

/** What the server answers to a command, asked beside the package. */
async function askServer(host: string, command: string): Promise<string> {
  const [name, port] = host.split(':')
  const socket = connect(Number(port), name)
  socket.end(`${command}\r\nquit\r\n`)
  return text(socket)
}

/** connect-memcached on its own client. */
export const plainPackage: PlainPackage = {
  packages: ['connect-memcached', 'memcached'],
  backend: 'memcached',
  lacks: {},
  async open(url, { name = '' }) {
    const { host } = new URL(url)
    const store = new MemcachedStore({ hosts: [host], prefix: name })
    return {
      store,
      async look(id) {
        const answer = await askServer(host, `mg ${name}${id} t`)
        const seconds = /^HD t(-?\d+)/.exec(answer)?.[1]
        if (!seconds) return null
        return seconds === '-1' ? Number.POSITIVE_INFINITY : Date.now() + Number(seconds) * 1000
      },
      async damage(id) {
        const data = '{"cookie":'
        await askServer(host, `set ${name}${id} ${jsonFlag} 60 ${data.length}\r\n${data}`)
      },
      close: () => store.client.end(),
    }
  },
}
