import type { Response } from 'express'

interface Hold {
  /** Whether there is something to save before the answer goes on. */
  isDue(): boolean
  save(): Promise<void>
  /** Takes over when the save, or the answer itself, has failed. */
  giveUp(cause: unknown): void
}

/** Puts off what is written to a response while a save is due or under way; the first `end` is the answer, with the head it had then. */
export function holdAnswer(res: Response, { isDue, save, giveUp }: Hold): void {
  const { write, end, flushHeaders } = res
  let held: (() => unknown)[] | null = null
  let restoreHead: (() => void) | null = null

  async function saveAndRelease() {
    try {
      await save()
      const steps = held ?? []
      held = null
      restoreHead?.()
      for (const step of steps) step()
      res.emit('drain')
    } catch (cause) {
      giveUp(cause)
    }
  }

  function order(step: () => unknown, whenHeld: unknown, isEnd = false): unknown {
    if (restoreHead) return whenHeld
    try {
      if (!held && !isDue()) return step()
    } catch (cause) {
      giveUp(cause)
      return whenHeld
    }
    if (isEnd) restoreHead = keepHead(res)
    if (held) {
      held.push(step)
    } else {
      held = [step]
      void saveAndRelease()
    }
    return whenHeld
  }

  res.write = ((...args: Parameters<typeof write>) =>
    order(() => write.apply(res, args), false)) as typeof write
  res.end = ((...args: Parameters<typeof end>) =>
    order(() => end.apply(res, args), res, true)) as typeof end
  res.flushHeaders = () => order(() => flushHeaders.apply(res), undefined)
}

/** Status and headers as they are now, to come back to after a handler has gone on writing. */
function keepHead(res: Response): () => void {
  if (res.headersSent) return () => {}
  const { statusCode } = res
  const headers = Object.entries(res.getHeaders())
  return () => {
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    for (const [name, value] of headers) if (value !== undefined) res.setHeader(name, value)
    res.statusCode = statusCode
  }
}
