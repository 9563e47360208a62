import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import packageJson from '../../package.json' with { type: 'json' }

const { name, bin } = packageJson

/** A registry of packages on this machine, which has these tarballs of ours by their version, and nothing else. */
export async function startRegistry(
  test: { after: (close: () => void) => void },
  tarballs: Record<string, string>,
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((req, res) => {
    const path = req.url ?? '/'
    asked.push(path)
    const tarball = tarballs[/^\/-\/(.+)\.tgz$/.exec(path)?.[1] ?? '']
    if (tarball) res.end(readFileSync(tarball))
    else if (path === `/${name}`) res.end(JSON.stringify(packument(addressOf(server), tarballs)))
    else res.writeHead(404).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { address: addressOf(server), asked }
}

function addressOf(server: { address: () => AddressInfo | string | null }): string {
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** What a registry says of a package: its versions, and where each is to be had. */
function packument(address: string, tarballs: Record<string, string>): object {
  const versions = Object.entries(tarballs).map(([version, tarball]) => {
    const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    const dist = { tarball: `${address}/-/${version}.tgz`, integrity: `sha512-${hash}` }
    return [version, { name, version, bin, dist }]
  })
  const latest = Object.keys(tarballs).at(-1)
  return { name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) }
}
