import type { Chapter } from '../requirement.ts'

export const sessionSheet: Chapter = {
  title: 'SM: the session management cheat sheet, beyond ASVS',
  requirements: [
    {
      id: 'SM-1',
      text: 'The name of the cookie does not tell what runs here.',
      where: ['src/session/settings.ts'],
    },
    {
      id: 'SM-2',
      text: 'Session ids are taken from the cookie, and from nothing else.',
      where: ['src/session/middleware.ts'],
    },
    {
      id: 'SM-3',
      text: 'An id that the app has not given is never taken over, and is noticed.',
      where: ['src/session/middleware.ts', 'src/session/steady-store.ts'],
    },
    {
      id: 'SM-4',
      text: 'An id is input: it is checked before it reaches the store.',
      where: ['src/session/id.ts', 'src/session/middleware.ts'],
    },
    {
      id: 'SM-5',
      text: 'The id is new after every change of what its user may do.',
      where: ['src/session/middleware.ts'],
    },
    {
      id: 'SM-6',
      text: 'Lifetimes fit the risk: 15 to 30 minutes of rest where that is low, some hours in all.',
      where: ['src/session/settings.ts', 'SECURITY.md'],
    },
    {
      id: 'SM-7',
      text: 'Within a long session the id is renewed from time to time.',
      where: ['src/session/rotation.ts', 'src/session/id-chain.ts'],
    },
    {
      id: 'SM-8',
      text: 'Several cookies of the same name do no harm.',
      where: ['src/session/cookie-header.ts', 'src/session/middleware.ts'],
    },
    {
      id: 'SM-9',
      text: 'What a browser has before the login does not become its session.',
      where: ['src/auth/csrf.ts', 'src/session/middleware.ts'],
    },
    {
      id: 'SM-10',
      text: 'Answers with a session are not kept in caches; a logout clears.',
      where: ['src/app.ts', 'src/auth/login.ts'],
    },
    {
      id: 'SM-11',
      text: 'A session whose address or browser changes is noticed.',
      where: ['src/auth/guard.ts'],
    },
    {
      id: 'SM-12',
      text: 'Guessing of session ids is noticed.',
      where: ['src/session/middleware.ts'],
    },
    {
      id: 'SM-13',
      text: 'The life of a session is logged: made, renewed, ended, misused.',
      where: ['src/ops/security-log.ts', 'src/session/middleware.ts'],
    },
    {
      id: 'SM-14',
      text: 'Logins at the same time have a rule, and users see them.',
      where: ['src/session/limit.ts', 'src/auth/devices.ts'],
    },
    {
      id: 'SM-15',
      text: 'What the store keeps is protected: no id that could be used, files for their owner only.',
      where: ['src/session/steady-store.ts', 'src/session/id.ts'],
      gap: 'keys are hashes of ids; what sessions hold is not encrypted, since keys beside the store would protect little',
    },
    {
      id: 'SM-16',
      text: 'The cookie ends with the browser.',
      where: ['src/session/middleware.ts', 'src/session/settings.ts'],
    },
  ],
}
