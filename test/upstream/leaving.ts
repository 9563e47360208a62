import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'node:test'

interface Started {
  name: string
  url: string
  app: string
}

/** How a process ends that has had a store open. */
export function describeLeaving(started: () => Started) {
  describe('a process', () => {
    it('ends once it has closed its store', async () => {
      const { name, url, app } = started()
      const file = join(import.meta.dirname, 'leave.ts')
      const child = spawn(process.execPath, [file, name, url, app], {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 15_000,
      })
      let said = ''
      let closed = 0
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        said += chunk
        closed = Date.now()
      })
      const [code] = await once(child, 'exit')
      const tookMs = Date.now() - closed
      assert.equal(said, 'closed\n')
      assert.equal(code, 0)
      assert.ok(tookMs < 5000, 'It goes on')
    })
  })
}
