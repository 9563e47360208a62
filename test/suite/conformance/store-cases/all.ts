import { describeApart } from './apart.ts'
import { describeCallback } from './callback.ts'
import { describeContent } from './content.ts'
import { describeId } from './id.ts'
import { describeLifetime } from './lifetime.ts'
import { describeRace } from './race.ts'
import type { Subject } from './store-subject.ts'
import { describeTouch } from './touch.ts'

/** What an express-session Store has to keep, asked of any store. */
export function describeStoreCases(subject: () => Subject) {
  describeContent(subject)
  describeId(subject)
  describeCallback(subject)
  describeLifetime(subject)
  describeTouch(subject)
  describeRace(subject)
  describeApart(subject)
}
