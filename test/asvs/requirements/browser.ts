import type { Chapter } from '../requirement.ts'

const headers = ['src/security/headers.ts']

export const browser: Chapter = {
  title: 'V3 What browsers are told',
  requirements: [
    {
      id: 'ASVS 3.2.1',
      level: 1,
      text: 'An answer cannot be used as what it is not, such as JSON as a page or a script.',
      where: ['src/security/same-origin.ts', 'src/security/headers.ts'],
    },
    {
      id: 'ASVS 3.2.2',
      level: 1,
      text: 'What is text is shown as text, whatever it contains.',
      where: ['src/views/render.ts', 'src/views/account.eta'],
    },
    {
      id: 'ASVS 3.3.1',
      level: 1,
      text: 'Cookies are Secure, and their names begin with `__Host-` or `__Secure-`.',
      where: ['src/session/index.ts', 'src/session/settings.ts'],
    },
    {
      id: 'ASVS 3.3.2',
      level: 2,
      text: 'Each cookie says SameSite, as its purpose asks.',
      where: ['src/session/index.ts', 'src/security/csrf.ts'],
    },
    {
      id: 'ASVS 3.3.3',
      level: 2,
      text: 'Cookies that no other host needs begin with `__Host-`.',
      where: ['src/session/index.ts', 'src/security/csrf.ts'],
    },
    {
      id: 'ASVS 3.3.4',
      level: 2,
      text: 'A session token is HttpOnly and goes to the browser in Set-Cookie and nowhere else.',
      where: ['src/session/index.ts'],
    },
    {
      id: 'ASVS 3.3.5',
      level: 3,
      text: 'Name and value of a cookie have 4096 bytes at most.',
      where: ['src/session/index.ts', 'src/session/engine/record.ts'],
    },
    {
      id: 'ASVS 3.4.1',
      level: 1,
      text: 'Every answer says Strict-Transport-Security, for a year or more, subdomains included.',
      where: headers,
    },
    {
      id: 'ASVS 3.4.2',
      level: 1,
      text: 'Other origins may read answers only where that is meant.',
      where: headers,
    },
    {
      id: 'ASVS 3.4.3',
      level: 2,
      text: "Every answer has a content security policy, with `object-src` and `base-uri` 'none'.",
      where: headers,
    },
    {
      id: 'ASVS 3.4.4',
      level: 2,
      text: 'Every answer says `X-Content-Type-Options: nosniff`.',
      where: headers,
    },
    {
      id: 'ASVS 3.4.5',
      level: 2,
      text: 'A referrer policy keeps addresses from other sites.',
      where: headers,
    },
    {
      id: 'ASVS 3.4.6',
      level: 2,
      text: 'Pages cannot be framed, by `frame-ancestors`.',
      where: headers,
    },
    {
      id: 'ASVS 3.4.7',
      level: 3,
      text: 'The content security policy says where violations are reported.',
      where: ['src/security/headers.ts', 'src/config.ts'],
    },
    {
      id: 'ASVS 3.4.8',
      level: 3,
      text: 'Pages say Cross-Origin-Opener-Policy.',
      where: headers,
    },
    {
      id: 'ASVS 3.5.1',
      level: 1,
      text: 'Requests that a foreign page can cause without asking are checked for their origin or a token.',
      where: ['src/security/same-origin.ts', 'src/security/csrf.ts'],
    },
    {
      id: 'ASVS 3.5.2',
      level: 1,
      text: 'What counts on a CORS preflight cannot be reached by a request that needs none.',
      where: ['src/security/same-origin.ts', 'src/app.ts'],
    },
    {
      id: 'ASVS 3.5.3',
      level: 1,
      text: 'What changes something takes POST or the like, never GET, HEAD or OPTIONS.',
      where: ['src/routes/auth.ts', 'src/routes/account.ts', 'src/http/errors.ts'],
    },
    {
      id: 'ASVS 3.5.8',
      level: 3,
      text: 'What is behind the login can be embedded by other sites only where that is meant.',
      where: ['src/security/headers.ts', 'src/security/same-origin.ts'],
    },
    {
      id: 'ASVS 3.7.2',
      level: 2,
      text: 'The app redirects to places that it knows, and to no other.',
      where: ['src/http/request.ts'],
    },
  ],
}
