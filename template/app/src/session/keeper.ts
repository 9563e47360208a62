import type { SessionBackend, Stored } from './backend.ts'
import type { Fields } from './codec.ts'
import { createExtension } from './extension.ts'
import { applyChanges, readSnapshot, type Snapshot, sameFields, takeSnapshot } from './fields.ts'
import { openLanes, type State } from './lane.ts'
import { endFrom } from './lifetime.ts'
import { keepLimit } from './limit.ts'
import { problem } from './problem.ts'
import { ownerOf, packState, type RecordOptions, unpackStored } from './record.ts'
import { createSequence } from './sequence.ts'

export interface KeeperOptions extends RecordOptions {
  maxPerUser: number
  timeoutMs: number
  /** Hears of sessions that cannot be read and of extensions that failed. */
  onWarning(event: string, error: unknown): void
}

/** A session as the backend has it. */
export interface Loaded {
  state: State
  expires: number
}

/** What this process knows of a session that a request has loaded or saved. */
interface Known extends Loaded {
  seen: Snapshot
}

/** Loads and saves the session objects of requests: an object that was loaded is only ever updated, so that a session that ended meanwhile does not come back. */
export function createKeeper(backend: SessionBackend, options: KeeperOptions) {
  const known = new WeakMap<object, Known>()
  const moveEnd = createExtension(backend, options)

  const commit = openLanes({
    replace: (id, next, rev) => backend.replace(packState(id, next, options), rev),
    load: async (id) => unpack(await backend.read(id)),
    check: (next) => packState('', next, options),
    deadlineMs: options.timeoutMs,
  })

  /** Answers null for what has ended or cannot be read; the latter is removed, so that it is reported once. */
  async function unpack(stored: Stored | null): Promise<State | null> {
    try {
      return unpackStored(stored, options)
    } catch (error) {
      options.onWarning('session_corrupt', error)
      if (stored) await backend.remove(stored.id)
      return null
    }
  }

  function remember(session: object, state: State, seen: Snapshot) {
    known.set(session, { state, seen, expires: endFrom(Date.now(), state.created, options) })
  }

  /** Stores a session that is new here. */
  async function begin(id: string, fields: Fields): Promise<State> {
    const state = { rev: 1, created: Date.now(), fields }
    await backend.insert(packState(id, state, options))
    await limit({}, fields)
    return state
  }

  /** Keeps the limit of a user who has got one more session; a failure leaves that to the next login. */
  async function limit(before: Fields, after: Fields) {
    const owner = ownerOf(after)
    if (owner === null || owner === ownerOf(before)) return
    try {
      await keepLimit(backend, owner, options)
    } catch (error) {
      options.onWarning('session_limit_failed', error)
    }
  }

  async function load(id: string): Promise<Loaded | null> {
    const stored = await backend.read(id)
    const state = await unpack(stored)
    return stored && state && { state, expires: stored.expires }
  }

  /** Moves the end of a session that is used, when that is due; never fails, for the answer is made already. */
  async function extend(id: string, session: object): Promise<void> {
    const kept = known.get(session)
    try {
      if (kept) await moveEnd(id, kept.state.created, kept.expires)
    } catch (error) {
      options.onWarning('session_extend_failed', error)
    }
  }

  /** Stores what changed in a session object; throws a 401 when the session ended meanwhile. */
  async function save(id: string, session: object): Promise<void> {
    const kept = known.get(session)
    const now = takeSnapshot(session)
    if (kept && sameFields(kept.seen, now)) return extend(id, session)
    const state = kept
      ? await commit(id, kept.state, applyChanges(kept.seen, now))
      : await begin(id, readSnapshot(now))
    remember(session, state, now)
    if (kept) await limit(kept.state.fields, state.fields)
  }

  /** Runs `change` on the newest state, after every change before it; the session object then shows the result. */
  async function update(id: string, session: object, change: (newest: Fields) => void) {
    await save(id, session)
    const kept = known.get(session)
    if (!kept) throw problem(401, 'unauthenticated', 'There is no session to update')
    const state = await commit(id, kept.state, (newest) => {
      const answer: unknown = change(newest)
      if (answer instanceof Promise) throw new TypeError('The change of a session cannot wait')
      return readSnapshot(takeSnapshot(newest))
    })
    // What the request changed meanwhile is on top, and still to be saved.
    const own = takeSnapshot(session)
    for (const field of own.keys()) Reflect.deleteProperty(session, field)
    Object.assign(session, applyChanges(kept.seen, own)(state.fields))
    remember(session, state, takeSnapshot(state.fields))
  }

  // Each goes by what the one before has stored.
  const inSequence = createSequence()

  return {
    extend,
    save: (id: string, session: object) => inSequence(session, () => save(id, session)),
    update: (id: string, session: object, change: (newest: Fields) => void) =>
      inSequence(session, () => update(id, session, change)),

    begin,

    /** The state of a live session; `follow` it with the object that the request gets. */
    load,

    /** Knows a session object from now on as what `load` has answered. */
    follow(session: object, loaded: Loaded) {
      known.set(session, { ...loaded, seen: takeSnapshot(loaded.state.fields) })
    },

    /** Whether a session object holds something that is not stored yet; throws a 500 for what cannot be stored. */
    isChanged(session: object): boolean {
      return !sameFields(known.get(session)?.seen ?? new Map(), takeSnapshot(session))
    },

    remove: backend.remove,
  }
}
