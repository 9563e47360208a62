import 'express-session'

declare module 'express-session' {
  /** What this project keeps in a session: add your fields here. */
  interface SessionData {
    /** Makes the session that user's; set by `sessions.start` alone. */
    user: string
  }
}
