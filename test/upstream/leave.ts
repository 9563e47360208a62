import type { SessionData } from 'express-session'
import { ask, freshId } from '../suite/conformance/store-cases/store-calls.ts'
import { loadPackage } from './open-package.ts'

// Opens a store, has a session in it and closes it; then nothing should hold the process.
const [name = '', url = '', app = ''] = process.argv.slice(2)
const { store, close } = await (await loadPackage(name)).open(url, { ageMs: 60_000 }, app)
const cookie = { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000) }
const id = freshId()
await ask<void>((done) => store.set(id, { cookie } as SessionData, done))
await ask<void>((done) => store.destroy(id, done))
await close()
console.log('closed')
