import { formatStarts, formatVariants } from './app/app-table.ts'
import type { Results } from './results.ts'
import { formatScale, formatSweeps } from './scale/scale-table.ts'
import { formatFloor, formatGoals, formatOthers, formatTable, formatTried } from './table.ts'
import { tried, triedForMemory } from './tried.ts'

/** The whole of docs/performance.md. */
export function formatPage({ machine, effort, measured, skipped, scale, app }: Results): string {
  const lines = (...parts: string[][]) => parts.map((part) => part.join('\n')).join('\n\n')
  const reasons = skipped.map(({ server, reason }) => `${server} was not measured: ${reason}`)
  return `# What sessions cost

An app's sessions (\`src/session/\`) beside what one would wire by hand: express-session and the published store package of the same backend, as its README shows. \`npm run bench\` measures and writes this page.

- Each server is a process of its own, and the load comes from another one (autocannon, 50 clients). The servers have the same routes, answers and headers.
- **CPU µs** is the time of the processor that the server's process takes per request, user and system together, as the operating system counts it. It holds on a busy machine, and it is the one that counts; requests per second are beside it.
- The servers take turns, A B A B, for ${effort.rounds} rounds after a warm-up; all values are medians. Where the rounds of one server differ by more than 25 %, the table says "too noisy" instead of a ratio.
- A ratio below 1 means that an app is cheaper than what is wired by hand.
- Sessions hold 200 bytes where nothing else is said, and each client has its own. Nothing is hashed at a login.

Node ${machine.node}, ${machine.cores} × ${machine.processor}. Nothing is claimed for a server that did not run: a stand-in is shown for the stand-in.${machine.standIns.map((each) => `\n- ${each}`).join('')}

![CPU time per request beside what is wired by hand](performance.svg)

## The goals

${lines(formatGoals(measured))}

"Round by round" is the median of the ratios within each round, in which both servers ran one right after the other: it holds where the machine itself was faster in one round than in the next, and is shown beside, since no goal is judged by it.

### What was tried

Figures in here are of the trial, in alternating rounds on a busy machine, and not of the table above.

${lines(formatTried(measured, tried))}

## Every load

${lines(formatTable(measured))}

## Other servers on Redis

CPU µs per request. \`bare-express\` has no sessions and \`bare-redis\` reads one key a request: what is above them is what sessions cost. \`bare-session\` is express-session over a store that answers at once. \`flask-session\` is Flask-Session 0.8 under gunicorn, one process.

${lines(formatOthers(measured), reasons)}

${formatFloor(measured)}

## With many sessions

Medians of single calls, and beside each the ratio to the fewest sessions; the goal is at most 1.2 for reading and for the list of a user's sessions (\`owned\`). Bytes are those of one session in the backend, with all indexes; the package that is wired by hand has no index of a user's sessions. The goal is at most 1.3 times its bytes.

${lines(formatScale(scale))}

What a row of PostgreSQL takes more are its two indexes, of the user and of the end: \`owned\` and \`sweep\` would read the whole table without them.

All but a thousand have expired, and are swept while another request reads; the goal is that no read takes longer than 250 ms. The longest block is the time in which the process did nothing else.

${lines(formatSweeps(scale))}

Redis and MongoDB remove what has expired by themselves.

## The whole app

Start and memory, on Redis, beside express-session and connect-redis wired by hand, both with a cache of compiled code, as the image of an app has it. The goals are a first answer within 500 ms, and at most 1.2 times the idle memory.

${lines(app ? formatStarts(app) : [])}

${triedForMemory}

\`GET /api/me\` of a logged-in user, by the app and by the app without a part:

${lines(app ? formatVariants(app) : [])}
`
}
