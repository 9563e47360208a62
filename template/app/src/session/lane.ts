import type { Content } from './codec.ts'
import { problem, sessionEnded } from './problem.ts'

/** The content of a session and the count of its writes. */
export interface State extends Content {
  rev: number
}

/** Turns the newest content into the next one; may run more than once. */
export type Change = (newest: Content) => Content

interface LaneOptions {
  /** Writes a state over the one at `rev`, in one step. */
  replace(id: string, next: State, rev: number): Promise<'done' | 'gone' | 'changed'>
  load(id: string): Promise<State | null>
  /** Throws when the session would be too large. */
  check(next: State): void
  deadlineMs: number
}

interface Waiting {
  change: Change
  resolve(state: State): void
  reject(error: unknown): void
}

/**
 * Gives each session one lane in this process: one write in flight, and the changes that arrive
 * meanwhile share the next (group commit). Everybody waits for the write that carries their change.
 */
export function openLanes({ replace, load, check, deadlineMs }: LaneOptions) {
  const lanes = new Map<string, { state: State; waiting: Waiting[] }>()

  /** Applies what waits to the newest state; leaves out, and rejects, a change that throws. */
  function applyAll(state: State, waiting: Waiting[]) {
    let next: State = { ...state, rev: state.rev + 1 }
    const applied: Waiting[] = []
    for (const each of waiting) {
      try {
        const candidate = { ...each.change(structuredClone(next)), rev: next.rev }
        check(candidate)
        next = candidate
        applied.push(each)
      } catch (error) {
        each.reject(error)
      }
    }
    return { next, applied }
  }

  async function write(id: string, lane: { state: State }, batch: Waiting[]) {
    const deadline = Date.now() + deadlineMs
    for (let waiting = batch; ; ) {
      const { next, applied } = applyAll(lane.state, waiting)
      if (applied.length === 0) return
      const outcome = await replace(id, next, lane.state.rev)
      if (outcome === 'done') {
        lane.state = next
        for (const each of applied) each.resolve(next)
        return
      }
      if (outcome === 'gone') throw sessionEnded()
      if (Date.now() > deadline) {
        throw problem(409, 'session_conflict', 'Other processes kept changing this session')
      }
      const newest = await load(id)
      if (!newest) throw sessionEnded()
      lane.state = newest
      waiting = applied
    }
  }

  async function run(id: string, lane: { state: State; waiting: Waiting[] }) {
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0)
      try {
        await write(id, lane, batch)
      } catch (error) {
        for (const each of batch) each.reject(error)
      }
    }
    lanes.delete(id)
  }

  /** Resolves with the state that carries the change once it is stored. */
  return function commit(id: string, known: State, change: Change): Promise<State> {
    return new Promise((resolve, reject) => {
      const lane = lanes.get(id)
      if (lane) {
        lane.waiting.push({ change, resolve, reject })
        return
      }
      const opened = { state: known, waiting: [{ change, resolve, reject }] }
      lanes.set(id, opened)
      void run(id, opened)
    })
  }
}
