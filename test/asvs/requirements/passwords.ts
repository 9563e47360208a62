import type { Chapter } from '../requirement.ts'

const rules = ['src/users/password-policy.ts']

export const passwords: Chapter = {
  title: 'V6.2 Passwords',
  requirements: [
    {
      id: 'ASVS 6.2.1',
      level: 1,
      text: 'Passwords have 8 characters or more; 15 are advised.',
      where: rules,
    },
    {
      id: 'ASVS 6.2.2',
      level: 1,
      text: 'Users can change their password.',
      where: ['src/routes/password.ts'],
    },
    {
      id: 'ASVS 6.2.3',
      level: 1,
      text: 'To change a password takes the current one and the new one.',
      where: ['src/routes/password.ts'],
    },
    {
      id: 'ASVS 6.2.4',
      level: 1,
      text: 'The 3000 most common passwords of a fitting length are refused.',
      where: rules,
    },
    {
      id: 'ASVS 6.2.5',
      level: 1,
      text: 'A password may be of any characters, and needs none of a kind.',
      where: rules,
    },
    {
      id: 'ASVS 6.2.6',
      level: 1,
      text: 'Fields for passwords hide what is typed.',
      where: ['src/views/login.eta', 'src/views/password.eta', 'src/views/reauth.eta'],
    },
    {
      id: 'ASVS 6.2.7',
      level: 1,
      text: 'Pasting and password managers work.',
      where: ['src/views/login.eta', 'src/views/password.eta', 'src/views/reauth.eta'],
    },
    {
      id: 'ASVS 6.2.8',
      level: 1,
      text: 'A password is checked exactly as it was sent: nothing cut off, no case changed.',
      where: ['src/users/password-hash.ts'],
    },
    {
      id: 'ASVS 6.2.9',
      level: 2,
      text: 'Passwords of 64 characters are possible.',
      where: rules,
    },
    {
      id: 'ASVS 6.2.10',
      level: 2,
      text: 'Nobody has to change a password because time has passed.',
      where: ['src/users/users.ts'],
    },
    {
      id: 'ASVS 6.2.11',
      level: 2,
      text: 'Words that lie near, such as the name of the user or the app, make no password.',
      where: rules,
    },
    {
      id: 'ASVS 6.2.12',
      level: 2,
      text: 'Passwords known from breaches are refused.',
      where: rules,
      gap: 'a list of breaches is asked once `PASSWORD_BREACH_LIST_URL` says where, and while it does not answer nothing is refused',
    },
  ],
}
