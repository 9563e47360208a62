import { parseArgs } from 'node:util'
import { emitApp, startBackend } from '../apps/emitted-app.ts'
import { prepareMachine } from '../machine/prepare.ts'
import { listImages } from '../machine/store-images.ts'
import { disturb } from './disturb.ts'
import { createRandom } from './random.ts'
import { startServer } from './server.ts'
import { createUser } from './user.ts'

// `npm run soak -- --store redis --seed 11 --minutes 5`: users of an emitted app, and a store that
// fails now and then, by a schedule that the seed gives again; then what the users saw is checked.
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    users: { type: 'string', default: '10' },
  },
})
const { store } = values
const [seed, minutes, count] = [values.seed, values.minutes, values.users].map(Number)
if (!seed || !minutes || !count) throw new Error('--seed, --minutes and --users take numbers')

const stops: (() => unknown)[] = []
try {
  const app = await emitApp(`soak-${store}`, store, ['--yes'])
  stops.push(app.remove)
  if (app.contained) Object.assign(process.env, (await prepareMachine(listImages())).env)
  const { url } = await startBackend({ after: (stop) => void stops.push(stop) }, app.folder)
  const disturbed = await disturb(url, app, createRandom(seed))
  stops.push(disturbed.stop)
  const users = Array.from({ length: count }, (_, index) => `user-${index}`)
  const server = await startServer(app.folder, disturbed.url, users)
  stops.push(server.stop)

  const end = Date.now() + minutes * 60_000
  const histories = users.map((name, index) =>
    createUser(server, name, createRandom(seed * 1000 + index)),
  )
  const disturbing = disturbed.run(end)
  await Promise.all(histories.map(({ run }) => run(() => Date.now() > end, 30)))
  await disturbing
  for (const { conclude } of histories) await conclude()

  const violations = histories.flatMap(({ violations }) => violations)
  const answers = new Map<number, number>()
  for (const { statuses } of histories) {
    for (const [status, times] of statuses) answers.set(status, (answers.get(status) ?? 0) + times)
  }
  const slowest = Math.max(...histories.map(({ slowest }) => slowest()))
  const table = [...answers]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${times} × ${status}`)
  console.log(`${store}, seed ${seed}, ${minutes} minutes: ${table.join(', ')}`)
  console.log(
    `Disturbed: ${disturbed.count()} times. The slowest answer: ${Math.round(slowest)} ms`,
  )
  console.log(violations.length === 0 ? 'No violation.' : violations.slice(0, 20).join('\n'))
  process.exitCode = violations.length === 0 ? 0 : 1
} finally {
  for (const stop of stops.reverse()) await stop()
}
