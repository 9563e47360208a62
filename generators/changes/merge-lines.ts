import { diff3MergeRegions } from 'node-diff3'
import type { Sides } from './sides.ts'

/** Three texts merged line by line; lines that both sides have changed are left to `settle`, and where that gives up there is no merge. */
export function mergeLines(
  { base, mine, next }: Sides<string>,
  settle: (region: Sides<string[]>) => string[] | undefined = () => undefined,
): string | undefined {
  const lines = (text: string) => text.split('\n')
  const merged: string[] = []
  for (const region of diff3MergeRegions(lines(mine), lines(base), lines(next))) {
    const settled = region.stable
      ? region.bufferContent
      : settleRegion(
          { base: region.oContent, mine: region.aContent, next: region.bContent },
          settle,
        )
    if (!settled) return undefined
    merged.push(...settled)
  }
  return merged.join('\n')
}

function settleRegion(
  region: Sides<string[]>,
  settle: (region: Sides<string[]>) => string[] | undefined,
): string[] | undefined {
  const isAgreed = region.mine.join('\n') === region.next.join('\n')
  return isAgreed ? region.mine : settle(region)
}
