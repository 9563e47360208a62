import type { Chapter } from '../requirement.ts'
import { authentication } from './authentication.ts'
import { browser } from './browser.ts'
import { cookies, csrfSheet } from './csrf-and-cookies.ts'
import { data } from './data.ts'
import { logging } from './logging.ts'
import { passwords } from './passwords.ts'
import { requests } from './requests.ts'
import { secrets } from './secrets.ts'
import { sessionSheet } from './session-sheet.ts'
import { sessions } from './sessions.ts'

/** All requirements, in the order of the page: sessions first. */
export const chapters: Chapter[] = [
  sessions,
  browser,
  requests,
  authentication,
  passwords,
  secrets,
  data,
  logging,
  sessionSheet,
  csrfSheet,
  cookies,
]
