import type { Fields } from './codec.ts'
import type { Change, State } from './lane.ts'
import { sessionEnded } from './problem.ts'
import { closedField } from './record.ts'

type Commit = (id: string, state: State, change: Change) => Promise<State>

/** Lanes in which a session can be closed: no change comes after that, and none that was acknowledged is missing in what it held last. */
export function withClosing(commit: Commit) {
  const commitOpen: Commit = (id, state, change) =>
    commit(id, state, (newest) => {
      if (closedField in newest.fields) throw sessionEnded()
      return change(newest)
    })

  return {
    commit: commitOpen,

    close: (id: string, state: State): Promise<State> =>
      commitOpen(
        id,
        state,
        toFields((newest) => ({ ...newest, [closedField]: true })),
      ),

    /** Takes back that it was closed. */
    reopen: (id: string, closed: State): Promise<State> =>
      commit(id, closed, toFields(withoutClosed)),
  }
}

/** A change of the fields, and of nothing else. */
export function toFields(change: (newest: Fields) => Fields): Change {
  return (newest) => ({ ...newest, fields: change(newest.fields) })
}

/** The fields that a closed session held. */
export function withoutClosed({ [closedField]: _closed, ...fields }: Fields): Fields {
  return fields
}
