/** What was tried for the goal of a load, with what it came to: CPU time per request in alternating rounds. */
export interface Tried {
  store: string
  load: string
  text: string
}

/** For every goal that has been missed or was close. */
export const tried: Tried[] = [
  {
    store: 'redis',
    load: 'write',
    text: 'Both servers send two commands, a GET and a write; ours is an EVALSHA that compares the revision and the end, without which a request under way would bring a session back after a logout. Fewer promises and one timer a call, and headers that are put back only when somebody has changed them: 0.95 to 0.98 of before (0.97 without a store). By a profile 13 µs of 56 go into sockets, 4 into the signature of the cookie, 10 into loading and saving. What is left is to take one JSON text for two, which would lose what a handler changes between its answer and the save, and to remember the hash of the id, which is 0.4 µs.',
  },
  {
    store: 'redis',
    load: 'read',
    text: 'One command where connect-redis sends two. By hand, the floor of express-session (below) was 42 µs, ours 52 and connect-redis 71. express-session hashes a session when it is loaded and at the end; ours gives it nothing to hash and finds changes by one comparison of texts. It verifies the signature of the cookie again, which ours remembers.',
  },
  {
    store: 'redis',
    load: 'login',
    text: 'A login writes the session, puts it into the list of its user and reads that list, for the limit of sessions per user, the page of devices and "log out everywhere"; connect-redis writes the session alone.',
  },
  {
    store: 'sqlite',
    load: 'write',
    text: 'Statements written out in place of those that the model of Sequelize makes, and no PRAGMA table_info before each reading: 661 to 447 µs, from 0.66 to 0.46 of sequelize-on-sqlite. Prepared statements that are kept: 0.91 of that, and readings 0.79. Most of the rest is SQLite writing its log to the disk at each commit. `synchronous = NORMAL` would spare that and was not taken: a loss of power would lose acknowledged changes.',
  },
  {
    store: 'postgres',
    load: 'write',
    text: 'Statements written out in place of those that the model of Sequelize makes: 480 to 296 µs, from 0.82 to 0.49 of sequelize-on-postgres. No transaction was there to spare: the UPDATE compares the revision by itself. Named prepared statements were not taken: PgBouncer, where it shares connections, refuses them.',
  },
  {
    store: 'memcached',
    load: 'write',
    text: 'The token of the reading is kept for the write that follows, so that a request sends two commands and not three: 115 to 103 µs, from 1.25 to 1.06 of connect-memcached. The write is a CAS, without which a session would come back after a logout; connect-memcached sends a SET.',
  },
  {
    store: 'dynamodb',
    load: 'read',
    text: 'One GetItem by either. Ours is by the AWS SDK v3, and dynamodb-store by v2, which is past its end of support. Nothing was tried beyond what the engine does for all stores.',
  },
]

/** The same for the memory of the whole app. */
export const triedForMemory =
  'It was 142 MB, 1.33 of the hand-wired app. An import of `node:http` also loads fetch and WebSocket, for which the app has no use at its start: 14 MB. `Intl.DateTimeFormat` loads tables of languages: 8 MB, and a time in English needs none. By hand, seven starts in turn, 123 MB against 106 MB were left (1.16). About 20 MB of either app are for a moment, while node-redis makes its classes: whether they are given back before the app is idle differs from start to start. `@redis/client` alone, without the modules of `redis`, would spare 6 MB more; connect-redis asks for `redis`, so it was not taken.'
