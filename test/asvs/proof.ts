import type { Outcome } from '../outcomes.ts'

/** A test that shows a requirement. */
export interface Proof {
  file: string
  /** The sentence of the test, without the ids at its end. */
  sentence: string
}

const atTheEnd = /\s*\[([^[\]]+)\]$/

/** The ids in square brackets at the end of a title; `ASVS` may be said once for several. */
export function idsOf(title: string): string[] {
  const list = atTheEnd.exec(title)?.[1]?.split(',') ?? []
  return list.map((id) => id.trim().replace(/^\d+(\.\d+)*$/, 'ASVS $&'))
}

/** The tests that passed, by the ids that they name. */
export function collectProofs(outcomes: Outcome[]): Map<string, Proof[]> {
  const proofs = new Map<string, Proof[]>()
  for (const { file, sentence, passed } of outcomes) {
    if (!passed) continue
    for (const id of new Set(idsOf(sentence))) {
      const proof = { file, sentence: sentence.replace(atTheEnd, '') }
      proofs.set(id, [...(proofs.get(id) ?? []), proof])
    }
  }
  return proofs
}
