import type { Chapter } from '../requirement.ts'

export const authentication: Chapter = {
  title: 'V6.1, V6.3, V6.4 Authentication',
  requirements: [
    {
      id: 'ASVS 6.1.1',
      level: 1,
      text: 'It is written down how guessing is slowed down, and how nobody is locked out on purpose.',
      where: ['SECURITY.md'],
    },
    {
      id: 'ASVS 6.3.1',
      level: 1,
      text: 'Guessing and stuffing of passwords is slowed down, as documented.',
      where: ['src/security/login-throttle.ts', 'src/routes/auth.ts'],
    },
    {
      id: 'ASVS 6.3.2',
      level: 1,
      text: 'There are no default accounts.',
      where: ['src/users/users.ts', 'src/cli/user.ts'],
    },
    {
      id: 'ASVS 6.3.3',
      level: 2,
      text: 'Users log in with more than one factor.',
      gap: 'a password is the only factor; `SECURITY.md` says where a second one goes',
    },
    {
      id: 'ASVS 6.3.4',
      level: 2,
      text: 'Every way to log in is documented and equally strong.',
      where: ['src/routes/auth.ts'],
    },
    {
      id: 'ASVS 6.3.5',
      level: 3,
      text: 'Users are told of suspicious attempts to log in.',
      gap: 'the app sends no mail; the log has `authn_login_lock` and `authn_login_successafterfail` to act on',
    },
    {
      id: 'ASVS 6.3.6',
      level: 3,
      text: 'Mail is no factor of a login.',
      na: 'the app sends no mail',
    },
    {
      id: 'ASVS 6.3.7',
      level: 3,
      text: 'Users are told when something of their login was changed.',
      gap: 'the app sends no mail; the log has `authn_password_change` to act on',
    },
    {
      id: 'ASVS 6.3.8',
      level: 3,
      text: 'A failed login does not tell whether the user exists: not by text, status or time.',
      where: [
        'src/users/password-hash.ts',
        'src/users/users.ts',
        'src/security/login-throttle.ts',
        'src/routes/auth.ts',
      ],
    },
    {
      id: 'ASVS 6.4.1',
      level: 1,
      text: 'Initial passwords are random, end soon, and cannot stay.',
      where: ['src/cli/user.ts', 'src/users/users.ts', 'src/security/require-user.ts'],
    },
    {
      id: 'ASVS 6.4.2',
      level: 1,
      text: 'There are no hints and no secret questions.',
      where: ['src/users/users.ts'],
    },
    {
      id: 'ASVS 6.4.3',
      level: 2,
      text: 'A forgotten password is set anew in a secure way.',
      gap: 'the app sends no mail; an administrator sets a new one by `npm run user -- passwd`',
    },
  ],
}
