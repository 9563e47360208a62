import type { Chapter } from '../requirement.ts'

export const csrfSheet: Chapter = {
  title: 'CS: the CSRF prevention cheat sheet',
  requirements: [
    {
      id: 'CS-1',
      text: 'The login is protected as well: nobody is logged in under a name that another site chose.',
      where: ['src/security/csrf.ts', 'src/routes/auth.ts'],
    },
    {
      id: 'CS-2',
      text: 'The logout is protected as well, and takes POST only; no header makes a POST of a GET.',
      where: ['src/routes/auth.ts', 'src/app.ts'],
    },
    {
      id: 'CS-3',
      text: 'A token is bound to its session; one of another session, or of before the login, does not do.',
      where: ['src/security/csrf.ts'],
    },
    {
      id: 'CS-4',
      text: 'A token is masked: another string in each answer.',
      where: ['src/security/csrf.ts'],
    },
    {
      id: 'CS-5',
      text: 'A token is in no address, no cookie that scripts can read, and no log.',
      where: ['src/security/csrf.ts'],
    },
    {
      id: 'CS-6',
      text: 'A body of a type that foreign forms can send is not read as JSON.',
      where: ['src/security/same-origin.ts', 'src/app.ts'],
    },
    {
      id: 'CS-7',
      text: 'A refusal is logged with its reason.',
      where: ['src/security/csrf.ts', 'src/security/same-origin.ts'],
    },
    {
      id: 'CS-8',
      text: 'Answers that depend on Sec-Fetch-Site or Origin say so in Vary.',
      where: ['src/app.ts'],
    },
  ],
}

export const cookies: Chapter = {
  title: 'CK: cookies by RFC 6265bis',
  requirements: [
    {
      id: 'CK-1',
      text: '`__Host-` is spelled exactly so, with Secure, Path=/ and no Domain; a name in other letters is another cookie.',
      where: ['src/session/index.ts', 'src/session/settings.ts'],
    },
    {
      id: 'CK-2',
      text: '`__Secure-` is for cookies that subdomains share.',
      na: 'no cookie is shared',
    },
    {
      id: 'CK-3',
      text: 'SameSite=None needs Secure.',
      where: ['src/session/settings.ts'],
    },
    {
      id: 'CK-4',
      text: 'A cookie stays below 4096 bytes, each attribute below 1024.',
      where: ['src/session/index.ts'],
    },
    {
      id: 'CK-5',
      text: 'Browsers keep a cookie for 400 days at most.',
      where: ['src/session/settings.ts'],
      read: '`maxLifeSeconds`: no session may be given a longer life',
    },
    {
      id: 'CK-6',
      text: 'A cookie is cleared with the attributes with which it was set.',
      where: ['src/session/index.ts'],
    },
    {
      id: 'CK-7',
      text: 'The name can be changed when `__Host-Http-` reaches browsers.',
      where: ['src/session/settings.ts'],
    },
    {
      id: 'CK-8',
      text: '`__Host-` does not part the ports of a host.',
      where: ['README.md'],
      read: '`README.md` on `SESSION_COOKIE_NAME`: apps on one host need different names',
    },
    {
      id: 'CK-9',
      text: 'Secure cookies on http://localhost differ by browser; production never starts without Secure.',
      where: ['src/session/settings.ts', 'src/session/index.ts'],
    },
  ],
}
