import assert from 'node:assert/strict'
import { after } from 'node:test'
import { getContainerRuntimeClient } from 'testcontainers'
import { eventually } from '../conformance/clock.ts'
import { openProxy } from '../conformance/proxy.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

/** Starts a server in a container, and says at which address. */
export type StartServer = () => Promise<{ url: string; stop(): Promise<void> }>

export type ServerProcess = Awaited<ReturnType<typeof openServerProcess>>

const portOf = (url: string) => Number(/:(\d+)(?:\/|$)/.exec(url.replace(/^.*@/, ''))?.[1])

/** A server whose process can be paused, killed and started, at one address of a proxy, though it has another one after each start. */
export async function openServerProcess(start: StartServer) {
  const server = await start()
  const proxy = await openProxy(server.url)
  const { container: containers } = await getContainerRuntimeClient()
  // By IPv6 the engine publishes another port, which another container may have by IPv4.
  const isIt = ({ Ports }: { Ports: { IP?: string; PublicPort?: number }[] }) =>
    Ports.some(({ IP, PublicPort }) => !IP?.includes(':') && PublicPort === portOf(server.url))
  const found = (await containers.list()).find(isIt)
  if (!found) throw new Error(`No container has the port of ${server.url.replace(/\/\/.*@/, '//')}`)
  const container = containers.getById(found.Id)
  let url = server.url
  const suite = await startSuite({ url: proxy.url })

  async function end(how: () => Promise<unknown>) {
    await how()
    // Without its process nobody listens at its port.
    await proxy.refuse()
  }

  return {
    suite,
    /** The address of the server itself, which is another one after each start. */
    url: () => url,
    pause: () => container.pause(),
    resume: () => container.unpause(),
    kill: () => end(() => container.kill({ signal: 'SIGKILL' })),
    stop: () => end(() => container.stop({ t: 10 })),
    /** Starts it again, and resolves once it serves. */
    async start() {
      await container.start()
      const { Ports } = (await containers.inspect(container)).NetworkSettings
      const [{ HostPort = '' } = {}] = Object.values(Ports).flatMap((each) => each ?? [])
      url = server.url.replace(`:${portOf(server.url)}`, `:${HostPort}`)
      await proxy.switchTo(url)
      await proxy.heal()
      await serves(suite, url)
    },
    async end() {
      await suite.stop()
      await proxy.close()
      await server.stop()
    },
  }
}

/** Returns what starts servers for the tests of a `describe`, those that are started alike once, and ends them after it. */
export function shareServers(): (start: StartServer | string) => Promise<ServerProcess> {
  const opened = new Map<StartServer, Promise<ServerProcess>>()
  after(async () => {
    for (const server of opened.values()) await (await server).end()
  })
  return (start) => {
    assert.ok(typeof start === 'function')
    const server = opened.get(start) ?? openServerProcess(start)
    opened.set(start, server)
    return server
  }
}

/** Resolves once a server takes writes; where an app has to be set up first, it is. */
async function serves({ openAt }: Suite, url: string) {
  const backend = await openAt(url)
  const write = () => backend.prepare().then(backend.ping)
  const isWritten = () =>
    write().then(
      () => true,
      () => false,
    )
  await eventually(isWritten, 'the server is there again', 60)
  await backend.close()
}
