import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

/** Returns a function that lets so many ms pass in this process at once, until the test ends; a server has a clock of its own. */
export function openClock(test: TestContext): (ms: number) => void {
  const Clock = Date
  let ahead = 0
  class MovedDate extends Clock {
    constructor(...args: [] | [value: number | string]) {
      if (args.length > 0) super(...(args as [number]))
      else super(Clock.now() + ahead)
    }

    static override now(): number {
      return Clock.now() + ahead
    }
  }
  globalThis.Date = MovedDate as DateConstructor
  test.after(() => {
    globalThis.Date = Clock
  })
  return (ms) => {
    ahead += ms
  }
}

/** Resolves once it is so; throws when it is not so for so long that no busy machine explains it. */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `${what} within ${seconds} seconds`)
    await pause(50)
  }
}

/** Runs what says nothing unless it ends within `ms`, again where the machine was too busy for that. */
export async function inTime<Result>(ms: number, act: () => Promise<Result>): Promise<Result> {
  for (let left = 50; left > 1; left--) {
    const began = performance.now()
    const outcome = await act().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    if (performance.now() - began >= ms) continue
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
  return act()
}
