import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { eventually } from './clock.ts'

const checkEveryMs = 200

/** A load balancer until the test ends: it asks `/readyz` of each instance five times a second, and sends requests in turn to those that were ready, over connections that it keeps. */
export async function openLoadBalancer(test: TestContext) {
  const agent = new Agent({ keepAlive: true })
  const instances = new Map<string, boolean>()
  let turn = 0

  const server = createServer((req, res) => {
    const ready = [...instances].flatMap(([origin, isReady]) => (isReady ? [origin] : []))
    const origin = ready[turn++ % ready.length]
    if (origin === undefined) return res.writeHead(502).end('nobody is ready')
    const { method, url, headers } = req
    const asked = request(new URL(url ?? '/', origin), { method, headers, agent }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    asked.on('error', (error) => res.writeHead(502).end(error.message))
    return req.pipe(asked)
  })

  async function check(origin: string) {
    const isReady = await fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    instances.set(origin, isReady)
  }
  const checking = setInterval(() => {
    for (const origin of instances.keys()) void check(origin)
  }, checkEveryMs)

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => {
    clearInterval(checking)
    agent.destroy()
    server.close().closeAllConnections()
  })

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when the instance gets requests. */
    async add(origin: string) {
      instances.set(origin, false)
      await eventually(async () => instances.get(origin) === true, `${origin} is ready`)
    },
  }
}
