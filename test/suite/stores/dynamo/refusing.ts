import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

const isWrite = (target: string) =>
  /\.(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/.test(target)

/** Opens a way to the DynamoDB at an address by which all writes are refused with an error, until the test ends, and returns its address. */
export async function openRefusing(test: TestContext, url: string, error: string): Promise<string> {
  const real = new URL(url.replace('dynamodb+', ''))
  const refusal = JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${error}`,
    message: 'Refused',
  })
  const server = createServer(async (req, res) => {
    const body = await buffer(req)
    if (isWrite(String(req.headers['x-amz-target']))) {
      // Whoever connects anew may get to another server.
      res.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0', Connection: 'close' })
      res.end(refusal)
      return
    }
    const { method = 'POST', headers } = req
    const passed = request(real, { method, headers, agent: false })
    passed.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    passed.on('error', () => res.destroy())
    passed.end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  test.after(() => {
    server.close().closeAllConnections()
  })
  return `dynamodb+http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
