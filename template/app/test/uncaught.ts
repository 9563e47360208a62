import { setTimeout as pause } from 'node:timers/promises'

/** Runs `work` and answers what was thrown meanwhile where nobody could catch it; no other test may run at the time. */
export async function catchUncaught(work: () => Promise<void>): Promise<unknown[]> {
  const thrown: unknown[] = []
  const hear = (error: unknown) => void thrown.push(error)
  const exceptions = process.listeners('uncaughtException')
  const rejections = process.listeners('unhandledRejection')
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear)
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear)
  try {
    await work()
    await pause(100)
    return thrown
  } finally {
    process.off('uncaughtException', hear).off('unhandledRejection', hear)
    for (const listener of exceptions) process.on('uncaughtException', listener)
    for (const listener of rejections) process.on('unhandledRejection', listener)
  }
}
