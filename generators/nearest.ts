import leven from 'leven'

/** The known word that a mistyped one most likely means, if any is near. */
export function nearestWord(word: string, known: string[]): string | undefined {
  const byDistance = known
    .map((candidate) => ({ candidate, distance: leven(word.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = byDistance
  return best && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined
}
