import type { Chapter } from '../requirement.ts'

export const sessions: Chapter = {
  title: 'V7 Session management',
  requirements: [
    {
      id: 'ASVS 7',
      text: "The chapter's own aim: a session belongs to one person and is never shared, guessed or seen by another.",
      where: ['src/session/index.ts', 'src/session/engine/record.ts', 'src/app.ts'],
    },
    {
      id: 'ASVS 7.1.1',
      level: 2,
      text: 'How long a session may lie unused, and live in all, is written down; where that departs from NIST SP 800-63B, so is why.',
      where: ['SECURITY.md', 'src/session/settings.ts'],
    },
    {
      id: 'ASVS 7.1.2',
      level: 2,
      text: 'It is written down how many sessions a user may have at a time, and what one more does.',
      where: ['SECURITY.md', 'src/session/engine/session-limit.ts'],
    },
    {
      id: 'ASVS 7.1.3',
      level: 2,
      text: 'With single sign-on, it is written down how the sessions of all parties live and end together.',
      na: 'there is no federated login; `SECURITY.md` says where one goes and what to take care of',
    },
    {
      id: 'ASVS 7.2.1',
      level: 1,
      text: 'Whether a session holds is decided by a server that is trusted, and by nothing that the browser says.',
      where: ['src/session/index.ts', 'src/session/engine/session-store.ts'],
    },
    {
      id: 'ASVS 7.2.2',
      level: 1,
      text: 'Tokens are made for each session; none is a fixed key.',
      where: ['src/session/index.ts'],
    },
    {
      id: 'ASVS 7.2.3',
      level: 1,
      text: 'A token that refers to a session is unique, from a secure random source, with 128 bits at least.',
      where: ['src/session/index.ts', 'src/session/settings.ts'],
    },
    {
      id: 'ASVS 7.2.4',
      level: 1,
      text: 'A login, and entering the password again, gives a new token and ends the old one.',
      where: ['src/routes/auth.ts', 'src/session/engine/regenerate.ts'],
    },
    {
      id: 'ASVS 7.3.1',
      level: 2,
      text: 'A session that nobody uses ends after a time.',
      where: ['src/session/engine/record.ts', 'src/session/engine/session-store.ts'],
    },
    {
      id: 'ASVS 7.3.2',
      level: 2,
      text: 'A session ends some time after its login, however much it is used.',
      where: ['src/session/engine/record.ts', 'src/session/engine/session-store.ts'],
    },
    {
      id: 'ASVS 7.4.1',
      level: 1,
      text: 'After a logout, or when its time is up, a session cannot be used again by anything.',
      where: ['src/session/index.ts', 'src/session/engine/session-store.ts'],
    },
    {
      id: 'ASVS 7.4.2',
      level: 1,
      text: 'Disabling or deleting a user ends all sessions of that user.',
      where: ['src/security/require-user.ts', 'src/users/users.ts', 'src/cli/user.ts'],
    },
    {
      id: 'ASVS 7.4.3',
      level: 2,
      text: 'Whoever changes a password is offered to end all other sessions.',
      where: ['src/routes/password.ts', 'src/views/password.eta'],
    },
    {
      id: 'ASVS 7.4.4',
      level: 2,
      text: 'Each page behind the login shows how to log out.',
      where: ['src/views/layout.eta'],
    },
    {
      id: 'ASVS 7.4.5',
      level: 2,
      text: 'Administrators can end the sessions of one user, or of all.',
      where: ['src/cli/sessions.ts', 'src/users/users.ts'],
    },
    {
      id: 'ASVS 7.5.1',
      level: 2,
      text: 'Whatever decides how a user logs in is changed only after the password was entered again.',
      where: ['src/routes/password.ts'],
    },
    {
      id: 'ASVS 7.5.2',
      level: 2,
      text: 'Users see their sessions, and can end any or all of them after entering the password again.',
      where: ['src/routes/devices.ts', 'src/security/require-user.ts', 'src/views/devices.eta'],
    },
    {
      id: 'ASVS 7.5.3',
      level: 3,
      text: 'Before what is most sensitive, the user is authenticated once more.',
      where: ['src/security/require-user.ts', 'src/routes/reauth.ts'],
    },
    {
      id: 'ASVS 7.6.1',
      level: 2,
      text: 'Sessions here and at an identity provider live and end together as documented.',
      na: 'there is no identity provider',
    },
    {
      id: 'ASVS 7.6.2',
      level: 2,
      text: 'No session begins without an act of the user.',
      where: ['src/session/index.ts', 'src/routes/auth.ts'],
    },
  ],
}
