import type { Fields } from './codec.ts'
import type { Change, State } from './lane.ts'
import { sessionEnded } from './problem.ts'
import { closedField } from './record.ts'

type Commit = (id: string, state: State, change: Change) => Promise<State>

/** Lanes in which a session can be closed: no change comes after that, and none that was acknowledged is missing in what it held last. */
export function withClosing(commit: Commit) {
  return {
    commit: ((id, state, change) =>
      commit(id, state, (newest) => {
        if (closedField in newest) throw sessionEnded()
        return change(newest)
      })) satisfies Commit,

    close: (id: string, state: State): Promise<State> =>
      commit(id, state, (newest) => {
        if (closedField in newest) throw sessionEnded()
        return { ...newest, [closedField]: true }
      }),

    /** Takes back that it was closed. */
    reopen: (id: string, closed: State): Promise<State> => commit(id, closed, withoutClosed),
  }
}

/** The fields that a closed session held. */
export function withoutClosed({ [closedField]: _closed, ...fields }: Fields): Fields {
  return fields
}
