import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../../template/app/src/session/backend/contract.ts'
import { emitApp, startBackend } from '../../../test/apps/emitted-app.ts'
import { openAppBackend } from '../app-backend.ts'
import { median } from '../statistics.ts'
import { type FilledStore, idOf, type OpenFilled, ownerOf, storedOf } from './sessions.ts'

/** A store with a number of sessions in it; times in ms, medians. */
export interface Scaled {
  store: string
  sessions: number
  read: number
  write: number
  owned: number
  /** What a session takes; null where the server does not say. */
  bytes: number | null
  /** The same of the plain package's. */
  plainBytes: number | null
  /** Sweeping all but a thousand, which have expired; null where the backend removes such by itself. */
  sweep: Swept | null
}

/** Times in ms. */
export interface Swept {
  removed: number
  took: number
  /** The longest that a read took meanwhile. */
  slowestRead: number
  /** The longest that the process did nothing else. */
  longestBlock: number
}

const kept = 1000
const samples = 300
/** A stand-in that looks at every session would take an hour for all samples. */
const enoughMs = 10_000
const readEveryMs = 5

/** Fills a store with more and more sessions, and times its calls at each number. */
export async function measureScale(store: string, sizes: number[]): Promise<Scaled[]> {
  const stops: (() => unknown)[] = []
  try {
    const app = await emitApp(`bench-scale-${store}`, store)
    stops.push(app.remove)
    const started = { after: (stop: () => unknown) => void stops.push(stop) }
    const { url } = await startBackend(started, app.folder)
    const { backend } = await openAppBackend(url, app.folder)
    stops.push(backend.close)
    const { openFilled }: { openFilled: OpenFilled } = await import(`./${store}.ts`)
    const filled = await openFilled(url, backend, app.folder)
    stops.push(filled.close)

    // Before the first session is there, or it would count.
    const plainBytes = await weigh(filled.plainBytes)
    const empty = await weigh(filled.bytes)
    const scaled: Scaled[] = []
    let size = 0
    for (const sessions of sizes) {
      await filled.fill(size, sessions)
      size = sessions
      const all = await weigh(filled.bytes)
      const bytes = all === null || empty === null ? null : (all - empty) / sessions
      // Once to warm up.
      await timeCalls(backend, size)
      const times = await timeCalls(backend, size)
      scaled.push({ store, sessions, ...times, bytes, plainBytes, sweep: null })
    }
    const last = scaled.at(-1)
    if (last) last.sweep = await sweep(backend, filled, size)
    return scaled
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Null where a stand-in does not say what its sessions take. */
const weigh = (work: () => Promise<number>) => work().catch(() => null)

/** The median time of each call, on sessions all over the store. */
async function timeCalls(backend: SessionBackend, size: number) {
  const read: number[] = []
  const write: number[] = []
  const owned: number[] = []
  const clock = async <Answer>(times: number[], call: () => Promise<Answer>) => {
    const began = performance.now()
    const answer = await call()
    times.push(performance.now() - began)
    return answer
  }
  const end = performance.now() + enoughMs
  for (let sample = 0; sample < samples && performance.now() < end; sample++) {
    const number = Math.floor((sample * size) / samples)
    const id = idOf(number)
    const stored = await clock(read, () => backend.read(id))
    if (!stored) throw new Error(`The session ${number} of ${size} is not there`)
    const next = { ...storedOf(number), rev: stored.rev + 1 }
    const outcome = await clock(write, () => backend.replace(next, stored.rev))
    if (outcome !== 'done') throw new Error(`Writing session ${number} of ${size}: ${outcome}`)
    const found = await clock(owned, () => backend.owned(ownerOf(number)))
    if (found.length === 0) throw new Error(`The user of session ${number} of ${size} has none`)
  }
  return { read: median(read), write: median(write), owned: median(owned) }
}

/** Sweeps a store in which nearly all has expired, and reads meanwhile. */
async function sweep(
  backend: SessionBackend,
  { expireAllBut }: FilledStore,
  size: number,
): Promise<Swept | null> {
  if (!expireAllBut) return null
  await expireAllBut(kept, size)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  let took = 0
  const sweeping = backend.sweep().finally(() => {
    took = performance.now() - began
  })
  let slowestRead = 0
  for (let number = 0; took === 0; number++) {
    const asked = performance.now()
    await backend.read(idOf(number % kept))
    slowestRead = Math.max(slowestRead, performance.now() - asked)
    await pause(readEveryMs)
  }
  const removed = await sweeping
  delay.disable()
  return { removed, took, slowestRead, longestBlock: delay.max / 1e6 }
}
