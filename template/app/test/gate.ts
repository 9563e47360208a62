import { EventEmitter, once } from 'node:events'

/** Gates at which requests wait until the test lets them go on. */
export function createGates() {
  const events = new EventEmitter().setMaxListeners(0)
  const waiting = new Map<string, number>()

  return {
    /** Waits at a gate. */
    async wait(name: string) {
      const opened = once(events, `open ${name}`)
      waiting.set(name, (waiting.get(name) ?? 0) + 1)
      events.emit(`arrived ${name}`)
      await opened
    },
    /** Resolves when so many requests wait at a gate. */
    async arrived(name: string, count = 1) {
      while ((waiting.get(name) ?? 0) < count) await once(events, `arrived ${name}`)
    },
    open(name: string) {
      waiting.delete(name)
      events.emit(`open ${name}`)
    },
  }
}
