import type { SessionBackend, Stored } from './backend.ts'
import type { Endings } from './endings.ts'
import type { State } from './lane.ts'
import { type RecordOptions, unpackStored } from './record.ts'
import type { Tell } from './tell.ts'

/** A session as the backend has it. */
export interface Loaded {
  state: State
  expires: number
}

export interface LoadingOptions extends RecordOptions {
  /** Hears what the log is to know. */
  tell: Tell
  endings: Pick<Endings, 'note' | 'settle'>
}

/** Reads sessions from a backend; what cannot be read is none, told and removed. */
export function createLoading(backend: SessionBackend, options: LoadingOptions) {
  /** Answers null for what has ended or cannot be read; the latter is removed, so that it is reported once. */
  async function unpack(stored: Stored | null): Promise<State | null> {
    if (!stored) return null
    try {
      return unpackStored(stored, options)
    } catch (error) {
      options.tell('session_corrupt', { err: error })
      options.endings.settle(stored.id)
      await backend.remove(stored.id)
      return null
    }
  }

  /** The state of a live session. */
  async function load(id: string): Promise<Loaded | null> {
    const stored = await backend.read(id)
    const state = await unpack(stored)
    return stored && state && { state, expires: stored.expires }
  }

  return { unpack, load }
}
