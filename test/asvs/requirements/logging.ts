import type { Chapter } from '../requirement.ts'

export const logging: Chapter = {
  title: 'V16 Logging and errors',
  requirements: [
    {
      id: 'ASVS 16.1.1',
      level: 2,
      text: 'It is written down what is logged, in which form, and where that goes.',
      where: ['SECURITY.md'],
      read: '`SECURITY.md`, "What is logged"; where the lines are kept, and how long, is for whoever runs the app to say',
    },
    {
      id: 'ASVS 16.2.1',
      level: 2,
      text: 'Each line says when, where, who and what.',
      where: ['src/http/log.ts', 'src/http/audit-log.ts'],
    },
    {
      id: 'ASVS 16.2.2',
      level: 2,
      text: 'Times are in UTC.',
      where: ['src/http/log.ts'],
    },
    {
      id: 'ASVS 16.2.4',
      level: 2,
      text: 'Lines can be read and joined by machines.',
      where: ['src/http/log.ts'],
    },
    {
      id: 'ASVS 16.2.5',
      level: 2,
      text: 'Credentials are never logged, session tokens as a hash at most.',
      where: ['src/http/log.ts', 'src/session/engine/errors.ts'],
    },
    {
      id: 'ASVS 16.3.1',
      level: 2,
      text: 'Logins are logged, those that succeed and those that fail.',
      where: ['src/routes/auth.ts', 'src/http/audit-log.ts'],
    },
    {
      id: 'ASVS 16.3.2',
      level: 2,
      text: 'Refusals are logged.',
      where: ['src/security/same-origin.ts', 'src/security/csrf.ts', 'src/session/index.ts'],
    },
    {
      id: 'ASVS 16.3.3',
      level: 2,
      text: 'Attempts to get around a protection are logged: forged cookies, missing tokens, too many tries.',
      where: ['src/session/index.ts', 'src/security/csrf.ts', 'src/security/login-throttle.ts'],
    },
    {
      id: 'ASVS 16.3.4',
      level: 2,
      text: 'Unexpected errors are logged, and so is a connection that fails.',
      where: ['src/http/errors.ts', 'src/http/audit-log.ts'],
    },
    {
      id: 'ASVS 16.4.1',
      level: 2,
      text: 'No input can forge a line.',
      where: ['src/http/log.ts'],
    },
    {
      id: 'ASVS 16.5.1',
      level: 2,
      text: 'Errors are answered in general words, with nothing from inside.',
      where: ['src/http/errors.ts'],
    },
    {
      id: 'ASVS 16.5.2',
      level: 2,
      text: 'The app stays secure when something that it needs is away.',
      where: [
        'src/session/engine/circuit-breaker.ts',
        'src/session/engine/session-store.ts',
        'src/users/users-file.ts',
      ],
    },
    {
      id: 'ASVS 16.5.3',
      level: 2,
      text: 'An error never lets anybody in, and nothing is done by halves.',
      where: [
        'src/session/engine/save-before-response.ts',
        'src/http/errors.ts',
        'src/users/users-file.ts',
      ],
    },
    {
      id: 'ASVS 16.5.4',
      level: 3,
      text: 'What nobody has caught is logged, and does not take everything down.',
      where: ['src/http/errors.ts', 'src/server.ts'],
      gap: 'to start it anew is for whatever supervises the process',
    },
  ],
}
