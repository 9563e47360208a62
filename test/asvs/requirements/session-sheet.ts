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
      where: ['src/session/index.ts'],
    },
    {
      id: 'SM-3',
      text: 'An id that the app has not given is never taken over, and is noticed.',
      where: ['src/session/index.ts', 'src/session/engine/session-store.ts'],
    },
    {
      id: 'SM-4',
      text: 'An id is input: it is checked before it reaches the store.',
      where: ['src/session/engine/record.ts', 'src/session/index.ts'],
    },
    {
      id: 'SM-5',
      text: 'The id is new after every change of what its user may do.',
      where: ['src/session/engine/regenerate.ts'],
    },
    {
      id: 'SM-6',
      text: 'Lifetimes fit the risk: 15 to 30 minutes of rest where that is low, some hours in all.',
      where: ['src/session/settings.ts', 'SECURITY.md'],
    },
    {
      id: 'SM-7',
      text: 'Within a long session the id is renewed from time to time.',
      gap: 'a shorter absolute lifetime (`SESSION_ABSOLUTE_SECONDS`) does the same; the id is new after a login, and after the password was entered again or changed',
    },
    {
      id: 'SM-8',
      text: 'Several cookies of the same name do no harm.',
      where: ['src/session/engine/cookie.ts'],
    },
    {
      id: 'SM-9',
      text: 'What a browser has before the login does not become its session.',
      where: ['src/security/csrf.ts', 'src/session/index.ts'],
    },
    {
      id: 'SM-10',
      text: 'Answers with a session are not kept in caches; a logout clears.',
      where: ['src/app.ts', 'src/routes/auth.ts'],
    },
    {
      id: 'SM-11',
      text: 'A session whose address or browser changes is noticed.',
      gap: 'addresses and browsers change for good reasons too often to be a sign; users see both of each of their sessions at `/account/sessions` and can end it, and a shorter absolute lifetime (`SESSION_ABSOLUTE_SECONDS`) cuts what a stolen id is good for',
    },
    {
      id: 'SM-12',
      text: 'Guessing of session ids is noticed.',
      where: ['src/session/engine/session-store.ts', 'src/http/audit-log.ts'],
    },
    {
      id: 'SM-13',
      text: 'The life of a session is logged: made, renewed, ended, misused.',
      where: ['src/http/audit-log.ts', 'src/session/index.ts'],
    },
    {
      id: 'SM-14',
      text: 'Logins at the same time have a rule, and users see them.',
      where: ['src/session/engine/session-limit.ts', 'src/routes/devices.ts'],
    },
    {
      id: 'SM-15',
      text: 'What the store keeps is protected: no id that could be used, files for their owner only.',
      where: ['src/session/engine/session-store.ts', 'src/session/engine/record.ts'],
      gap: 'keys are hashes of ids; what sessions hold is not encrypted, since keys beside the store would protect little',
    },
    {
      id: 'SM-16',
      text: 'The cookie ends with the browser.',
      where: ['src/session/index.ts', 'src/session/settings.ts'],
    },
  ],
}
