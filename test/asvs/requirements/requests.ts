import type { Chapter } from '../requirement.ts'

export const requests: Chapter = {
  title: 'V2, V4, V8 Automation, HTTP and access',
  requirements: [
    {
      id: 'ASVS 2.4.1',
      level: 2,
      text: 'Whoever calls too often, by hand or by machine, is slowed down before that costs too much.',
      where: ['src/security/login-throttle.ts', 'src/users/users.ts'],
      gap: 'only what takes a password is counted; a limit for all routes belongs into the proxy',
    },
    {
      id: 'ASVS 2.4.2',
      level: 3,
      text: 'Steps of a transaction take as long as a human takes.',
      na: 'there is no transaction of several steps',
    },
    {
      id: 'ASVS 4.1.1',
      level: 1,
      text: 'Every answer with a body says its type and charset, and they are right.',
      where: ['src/app.ts', 'src/http/errors.ts'],
    },
    {
      id: 'ASVS 4.1.2',
      level: 2,
      text: 'Over plain http pages lead to https; everything else is refused.',
      where: ['src/security/headers.ts'],
    },
    {
      id: 'ASVS 4.1.3',
      level: 2,
      text: 'What a proxy tells in headers cannot be told by users.',
      where: ['src/config.ts', 'src/app.ts'],
    },
    {
      id: 'ASVS 4.1.4',
      level: 3,
      text: 'A route takes the methods that it has, and no others.',
      where: ['src/http/errors.ts', 'src/routes/auth.ts', 'src/routes/account.ts'],
    },
    {
      id: 'ASVS 8.2.1',
      level: 1,
      text: 'What is behind the login is reached by those who are logged in.',
      where: ['src/security/require-user.ts'],
    },
    {
      id: 'ASVS 8.2.2',
      level: 1,
      text: 'Users reach their own data and no one else’s, whatever identifier they name.',
      where: ['src/routes/devices.ts'],
    },
    {
      id: 'ASVS 8.3.2',
      level: 3,
      text: 'What decides about access takes effect at the next request.',
      where: ['src/security/require-user.ts', 'src/users/users.ts'],
    },
  ],
}
