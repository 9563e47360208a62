import type { TestContext } from 'node:test'
import type { Store } from 'express-session'

/** What a case may need that not every store has: other processes that see its sessions (`sharing`), a way to look at its records (`look`), or to damage one (`damage`). */
export type Need = 'sharing' | 'look' | 'damage'

export interface SubjectOptions {
  /** How long a session lives when it is not used, in ms; null for one whose cookie ends with the browser. */
  ageMs: number | null
  /** The prefix, table, collection or folder, where it is not the default. */
  name?: string
}

export interface OpenedSubject {
  store: Store
  /** Fields that the store adds to sessions, which one case is about and the others leave out. */
  adds?: string[]
  /** When the record of a session ends, in ms since the epoch; Infinity for never, null where there is no record. */
  look?(id: string): Promise<number | null>
  /** Puts a record under a session id that is no session. */
  damage?(id: string): Promise<void>
}

/** A store that the cases are about. */
export interface Subject {
  /** Opens the store until the test ends. */
  open(test: TestContext, options: SubjectOptions): Promise<OpenedSubject>
  /** Whether the store has no way for what a test needs, which is then declared and not run. */
  lacks(test: TestContext, need: Need): boolean
}
