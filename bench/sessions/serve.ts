import type { Peer } from './peers/peer.ts'
import './usage.ts'

// Runs one server of the bench, in a process of its own: serve.ts connect-redis redis://127.0.0.1 .apps/bench-redis
const [name = '', url = '', app = ''] = process.argv.slice(2)
const { openPeer }: Peer = await import(`./peers/${name}.ts`)
process.send?.({ port: await openPeer(url, app) })
