import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PackageJson } from '../../generators/template/layers.ts'

/** A registry on this machine, so that no network decides who is faster. */
export interface Registry {
  address: string
  close(): void
}

/** Serves our tarball, and of the others what the registry behind it has, kept in memory after the first time. */
export async function startRegistry(
  upstream: string,
  ours: { manifest: PackageJson & { version: string }; tarball: string },
): Promise<Registry> {
  const kept = new Map<string, Promise<Buffer>>()
  const behind = upstream.replace(/\/$/, '')

  async function answer(path: string, address: string): Promise<Buffer> {
    if (path === `/${ours.manifest.name}`) return packument(address)
    if (path === '/ours.tgz') return readFileSync(ours.tarball)
    const response = await fetch(behind + path)
    if (!response.ok) throw new Error(`${behind}${path} answers ${response.status}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    if (path.endsWith('.tgz')) return bytes
    // Tarballs come from here as well.
    return Buffer.from(
      bytes.toString().replace(/"tarball":\s*"https?:\/\/[^/"]+/g, `"tarball":"${address}`),
    )
  }

  function packument(address: string): Buffer {
    const { manifest, tarball } = ours
    const { name, version } = manifest
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
    const dist = { tarball: `${address}/ours.tgz`, integrity }
    const versions = { [version]: { ...manifest, devDependencies: {}, dist } }
    return Buffer.from(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }))
  }

  const server = createServer(async (req, res) => {
    const path = req.url ?? '/'
    const { port } = server.address() as AddressInfo
    const found = kept.get(path) ?? answer(path, `http://127.0.0.1:${port}`)
    kept.set(path, found)
    try {
      const bytes = await found
      res.setHeader(
        'Content-Type',
        path.endsWith('.tgz') ? 'application/octet-stream' : 'application/json',
      )
      res.end(bytes)
    } catch (error) {
      kept.delete(path)
      res.writeHead(502).end((error as Error).message)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, close: () => void server.close() }
}
