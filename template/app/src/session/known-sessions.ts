import type { Endings } from './endings.ts'
import { type Snapshot, sameFields, takeSnapshot } from './fields.ts'
import type { State } from './lane.ts'
import { endFrom, type Lifetimes } from './lifetime.ts'
import type { Loaded } from './loading.ts'

interface Known extends Loaded {
  /** What the object held when it was loaded or saved last. */
  seen: Snapshot
}

/** What this process knows of the session objects that requests have loaded or saved. */
export function createKnownSessions(options: Lifetimes & { endings: Pick<Endings, 'note'> }) {
  const known = new WeakMap<object, Known>()

  return {
    of: (session: object) => known.get(session),

    /** An object holds what is stored now. */
    remember(id: string, session: object, state: State, seen: Snapshot): void {
      options.endings.note(id, state.created)
      known.set(session, { state, seen, expires: endFrom(Date.now(), state.created, options) })
    },

    /** An object comes from what was loaded. */
    follow(session: object, loaded: Loaded): void {
      known.set(session, { ...loaded, seen: takeSnapshot(loaded.state.fields) })
    },

    /** An object stands for the same session as another one. */
    copy(from: object, to: object): void {
      const kept = known.get(from)
      if (kept) known.set(to, kept)
    },

    /** Whether an object holds something that is not stored yet; throws a 500 for what cannot be stored. */
    isChanged(session: object): boolean {
      return !sameFields(known.get(session)?.seen ?? new Map(), takeSnapshot(session))
    },
  }
}
