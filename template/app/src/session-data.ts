import 'express-session'

declare module 'express-session' {
  /** What this app keeps in a session: add your fields here. */
  interface SessionData {
    /** Makes the session that user's; set by `signIn` alone. */
    user: string
    /** The user's session version at login: when the user's own is another, the session is over. */
    sessionVersion: number
    /** When the user last proved who it is, in ms since the epoch. */
    authenticated: number
    /** Where the login came from. */
    address: string
    /** The browser of the login. */
    agent: string
    note: string
    visits: number
  }
}
