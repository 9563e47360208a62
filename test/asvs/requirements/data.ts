import type { Chapter } from '../requirement.ts'

export const data: Chapter = {
  title: 'V14, V15 Data and coding',
  requirements: [
    {
      id: 'ASVS 14.2.1',
      level: 1,
      text: 'No session token or other secret is in an address.',
      where: ['src/session/index.ts', 'src/security/csrf.ts'],
    },
    {
      id: 'ASVS 14.2.6',
      level: 3,
      text: 'Answers hold of sensitive data what is needed, and no more.',
      where: ['src/routes/account.ts', 'src/routes/devices.ts'],
    },
    {
      id: 'ASVS 14.3.1',
      level: 1,
      text: 'The browser is told to clear what it keeps when a session ends.',
      where: ['src/routes/auth.ts'],
    },
    {
      id: 'ASVS 14.3.2',
      level: 2,
      text: 'Answers with sensitive data are not kept in caches.',
      where: ['src/app.ts', 'src/http/errors.ts'],
    },
    {
      id: 'ASVS 14.3.3',
      level: 2,
      text: 'The storage of the browser holds no sensitive data but the session token.',
      where: ['src/views/layout.eta'],
      read: 'pages have no script, and cookies hold random values',
    },
    {
      id: 'ASVS 15.1.3',
      level: 2,
      text: 'It is written down what takes long, and how that is kept from stopping the app.',
      where: ['SECURITY.md', 'src/users/password-hash.ts'],
      read: '`SECURITY.md`, "Guessing passwords, and locking others out" and "Limits of the server"',
    },
    {
      id: 'ASVS 15.2.2',
      level: 2,
      text: 'What takes long cannot stop the app.',
      where: ['src/users/password-hash.ts'],
    },
    {
      id: 'ASVS 15.2.3',
      level: 2,
      text: 'Production has no test code, samples or tools of development.',
      where: ['Dockerfile', '.dockerignore'],
      read: '`.dockerignore` keeps `test` out, `npm ci --omit=dev` the packages of development',
    },
    {
      id: 'ASVS 15.3.1',
      level: 1,
      text: 'Answers hold the fields that they are for, never a whole record.',
      where: ['src/routes/account.ts', 'src/routes/devices.ts'],
    },
    {
      id: 'ASVS 15.3.3',
      level: 2,
      text: 'A request sets the fields that it is for, and no other.',
      where: ['src/http/request.ts', 'src/routes/account.ts'],
    },
    {
      id: 'ASVS 15.3.4',
      level: 2,
      text: 'The true address of a user reaches log and throttle, and cannot be forged.',
      where: ['src/config.ts', 'src/app.ts'],
    },
    {
      id: 'ASVS 15.3.5',
      level: 2,
      text: 'Values are checked for their type.',
      where: ['src/http/request.ts'],
    },
    {
      id: 'ASVS 15.3.6',
      level: 2,
      text: 'No input reaches a prototype.',
      where: ['src/users/users-file.ts', 'src/session/engine/field-changes.ts'],
    },
    {
      id: 'ASVS 15.3.7',
      level: 2,
      text: 'A parameter that is sent twice, or in another place, does no harm.',
      where: ['src/http/request.ts', 'src/app.ts'],
    },
  ],
}
