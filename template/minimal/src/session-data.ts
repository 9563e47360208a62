import 'express-session'

declare module 'express-session' {
  /** What this app keeps in a session: add your fields here. */
  interface SessionData {
    /** Makes the session that user's. */
    user: string
  }
}
