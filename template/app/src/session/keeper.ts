import type { SessionBackend } from './backend.ts'
import { toFields, withClosing, withoutClosed } from './closing.ts'
import type { Fields } from './codec.ts'
import { createExtension } from './extension.ts'
import { applyChanges, readSnapshot, sameFields, takeSnapshot } from './fields.ts'
import type { ChangeIds } from './id-chain.ts'
import { createKnownSessions } from './known-sessions.ts'
import { openLanes, type State } from './lane.ts'
import { createLimit, type LimitOptions } from './limit.ts'
import { createLoading, type LoadingOptions } from './loading.ts'
import { problem } from './problem.ts'
import { beginState, packState } from './record.ts'
import { createSequence } from './sequence.ts'

/** The session in whose place a new one comes. */
export interface Origin {
  /** What it held, where no request can use it any more. */
  before?: Fields
  /** Its id, where it is about to be removed, so that it does not count. */
  leaving?: string
}

export interface KeeperOptions extends LoadingOptions, LimitOptions {
  timeoutMs: number
  rotateMs: number
}

/** Loads and saves the session objects of requests: an object that was loaded is only ever updated, so that a session that ended meanwhile does not come back. */
export function createKeeper(backend: SessionBackend, options: KeeperOptions) {
  const known = createKnownSessions(options)
  const renewed = new WeakMap<object, Origin>()
  const limit = createLimit(backend, options)
  const moveEnd = createExtension(backend, options)

  const { unpack, load } = createLoading(backend, options)
  const lanes = openLanes({
    replace: (id, next, rev) => backend.replace(packState(id, next, options), rev),
    load: async (id) => unpack(await backend.read(id)),
    check: (next) => packState('', next, options),
    deadlineMs: options.timeoutMs,
  })
  const { commit, close, reopen } = withClosing(lanes)

  /** Stores a session that is new here. */
  async function begin(id: string, fields: Fields, from: Origin = {}): Promise<State> {
    const state = beginState(fields, options)
    await backend.insert(packState(id, state, options))
    await limit({ id, leaving: from.leaving }, from.before ?? {}, fields)
    return state
  }

  /** Moves the end of a session, when that is due; never fails, for the answer is made already. */
  async function extend(id: string, session: object): Promise<void> {
    const kept = known.of(session)
    try {
      if (kept) await moveEnd(id, kept.state.created, kept.expires)
    } catch (error) {
      options.tell('session_extend_failed', { err: error })
    }
  }

  /** Stores what changed in a session object; throws a 401 when the session ended meanwhile. */
  async function save(id: string, session: object): Promise<void> {
    const kept = known.of(session)
    const now = takeSnapshot(session)
    if (kept && sameFields(kept.seen, now)) return extend(id, session)
    const state = kept
      ? await commit(id, kept.state, toFields(applyChanges(kept.seen, now)))
      : await begin(id, readSnapshot(now), renewed.get(session))
    known.remember(id, session, state, now)
    if (kept) await limit({ id }, kept.state.fields, state.fields)
  }

  /** Runs `change` on the newest state, after every change before it; the session object then shows the result. */
  async function update(id: string, session: object, change: (newest: Fields) => void) {
    await save(id, session)
    const kept = known.of(session)
    if (!kept) throw problem(401, 'unauthenticated', 'There is no session to update')
    const changed = toFields((newest) => {
      const answer: unknown = change(newest)
      if (answer instanceof Promise) throw new TypeError('The change of a session cannot wait')
      return readSnapshot(takeSnapshot(newest))
    })
    const state = await commit(id, kept.state, changed)
    // What the request changed meanwhile is on top, and still to be saved.
    const own = takeSnapshot(session)
    for (const field of own.keys()) Reflect.deleteProperty(session, field)
    Object.assign(session, applyChanges(kept.seen, own)(state.fields))
    known.remember(id, session, state, takeSnapshot(state.fields))
  }

  /** Ends a session for every request and answers what it held last, and how to take that back. */
  async function take(id: string, session: object) {
    await save(id, session)
    const kept = known.of(session)
    if (!kept) return { fields: {}, putBack: async () => {} }
    const closed = await close(id, kept.state)
    return {
      fields: withoutClosed(closed.fields),
      putBack: async () => void (await reopen(id, closed)),
    }
  }

  /** Changes what is known of the ids of a session that was loaded, and answers that. */
  async function changeIds(id: string, session: object, change: ChangeIds) {
    const kept = known.of(session)
    if (!kept) return undefined
    const state = await commit(id, kept.state, ({ ids, ...newest }) => {
      const next = change(ids)
      return next ? { ...newest, ids: next } : newest
    })
    known.remember(id, session, state, kept.seen)
    return state.ids
  }

  // Each goes by what the one before has stored.
  const inSequence = createSequence()

  return {
    extend,
    save: (id: string, session: object) => inSequence(session, () => save(id, session)),
    update: (id: string, session: object, change: (newest: Fields) => void) =>
      inSequence(session, () => update(id, session, change)),

    take: (id: string, session: object) => inSequence(session, () => take(id, session)),

    changeIds: (id: string, session: object, change: ChangeIds) =>
      inSequence(session, () => changeIds(id, session, change)),

    /** What is known of a session that was loaded or stored. */
    stateOf: (session: object): State | undefined => known.of(session)?.state,

    /** A session object that is new takes the place of another session. */
    renew: (session: object, from: Origin) => void renewed.set(session, from),

    begin,

    /** The state of a live session; `follow` it with the object that the request gets. */
    load,

    follow: known.follow,
    copy: known.copy,
    isChanged: known.isChanged,
    remove: backend.remove,
  }
}

export type Keeper = ReturnType<typeof createKeeper>
