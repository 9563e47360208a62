import type { Outcome } from '../outcomes.ts'
import { collectProofs, idsOf } from './proof.ts'
import type { Requirement } from './requirement.ts'

/** What is wrong with the list of requirements or with the titles of the tests, one sentence each, which says what to do. */
export function findProblems(
  requirements: Requirement[],
  outcomes: Outcome[],
  isThere: (path: string) => boolean,
): string[] {
  const proofs = collectProofs(outcomes)
  const known = new Set(requirements.map(({ id }) => id))
  const failed = outcomes.filter(({ passed, skipped }) => !passed && !skipped)
  return [
    ...failed.map(({ file, sentence }) => `${file}: "${sentence}" does not pass. Mend that first.`),
    ...outcomes.flatMap(({ file, sentence }) =>
      idsOf(sentence)
        .filter((id) => !known.has(id))
        .map(
          (id) =>
            `${file}: "${sentence}" names ${id}, which is no requirement. Correct it, or add the requirement to test/asvs/requirements.`,
        ),
    ),
    ...requirements
      .filter((each, index) => requirements.findIndex(({ id }) => id === each.id) !== index)
      .map(({ id }) => `${id} is in test/asvs/requirements twice. Take one away.`),
    ...requirements.flatMap((each) => [
      ...checkReasons(each, proofs.has(each.id)),
      ...(each.where ?? [])
        .filter((path) => !isThere(path))
        .map(
          (path) =>
            `${each.id} is kept by ${path}, and template/app has no such file. Say where it is now.`,
        ),
    ]),
  ]
}

function checkReasons({ id, where = [], na, read, gap }: Requirement, shown: boolean): string[] {
  if (shown && (na || read)) {
    return [
      `${id} has a test that passes and a reason to have none. Take the reason away, or the id out of the title.`,
    ]
  }
  if ([na, read].filter(Boolean).length > 1) return [`${id} has several reasons. Keep one.`]
  if (!shown && !na && !read && !gap) {
    return [
      `${id} has neither a test that passes nor a reason. Name it in the title of a test, or say na, read or gap in test/asvs/requirements.`,
    ]
  }
  if ((shown || read) && where.length === 0) {
    return [`${id} is kept, and it is not said where. Name the files under where.`]
  }
  return []
}

/** The lines in which the page that is written and the one made here differ; none when they are the same. */
export function findChanges(written: string, made: string): string[] {
  if (written === made) return []
  const before = written.split('\n')
  const after = made.split('\n')
  const changes = [
    ...before.filter((line) => !after.includes(line)).map((line) => `page: ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `here: ${line}`),
  ]
  return changes.length > 0 ? changes : ['The same lines, in another order.']
}
