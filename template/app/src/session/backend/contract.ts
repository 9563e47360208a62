/** One session as a backend keeps it. */
export interface Stored {
  /** SHA-256 of the session id in hex; the id itself never reaches a backend. */
  id: string
  /** The user it belongs to, or null before login. */
  owner: string | null
  /** Counts the writes of its data; `replace` compares it. */
  rev: number
  /** When it ends, in ms since the epoch. */
  expires: number
  /** What the session holds, encoded by `record.ts`. */
  data: string
}

/** The contract that every backend keeps; it is what makes all of them behave the same. */
export interface SessionBackend {
  /** Returns null for a session that is not there or has expired. */
  read(id: string): Promise<Stored | null>
  /** Keeps a session whose id is new, or whose record has expired, as that of a counter may have. */
  insert(stored: Stored): Promise<void>
  /** Writes only if the session is still there (else `gone`) and still at `rev` (else `changed`), in one step. */
  replace(stored: Stored, rev: number): Promise<'done' | 'gone' | 'changed'>
  /** Moves the end of a session that is still there, in one step; returns false, and creates nothing, when it is gone. */
  touch(id: string, expires: number): Promise<boolean>
  /** Ends a session; one that is gone already is no error. */
  remove(id: string): Promise<void>
  /** The live sessions of a user, by an index. */
  owned(owner: string): Promise<Stored[]>
  /** Every live session, for the commands. */
  scan(): AsyncIterable<Stored>
  /** Removes what has expired and returns how many; 0 where the backend does it by itself. */
  sweep(): Promise<number>
  /** Makes what has to be there before the first session, such as a table; harmless when it is there, or made by another process just now. What vanishes later a backend makes again by itself, or fails in each call and in `ping`. */
  prepare(): Promise<void>
  /** Whether no other process sees its sessions, so that no command can. */
  isPrivate?: boolean
  /** Throws unless the backend takes writes, which it finds out by a small one of its own: a server that answers may be a replica, or full. */
  ping(): Promise<void>
  /** Whether an error says that the backend is there, and refused what it was asked: it is read-only, full, gave no rights or found it too large. Without it, each error is a sign that the backend is away. */
  isRefusal?(error: unknown): boolean
  /** Looks at its server or its disk, for `npm run doctor` and the log of the start; what it may not ask it leaves out. */
  diagnose?(): Promise<Diagnosis>
  /** Lets go of every connection and timer. */
  close(): Promise<void>
}

/** What a backend knows of its server or its disk. */
export interface Diagnosis {
  version?: string | undefined
  /** What the server's clock says, in ms since the epoch. */
  clock?: number | undefined
  /** Its files and folders, which are for the app's user alone. */
  paths?: string[]
  findings?: Finding[]
}

/** Something that was looked at, and how it is. */
export interface Finding {
  /** What was looked at; `durability` is whether a crash loses sessions or brings back what was logged out, which the log of the start says, too. */
  check: string
  /** How it is, without a secret. */
  found: string
  /** What to do about it; without one all is well. */
  cure?: string | undefined
  /** Whether it does no harm in development. */
  productionOnly?: boolean
}

export interface BackendOptions {
  /** Starts every key; names the table or collection where there are no keys. */
  prefix: string
  /** The longest that a session can live, in ms. */
  absoluteMs: number
  /** The longest that a call may take, in ms. */
  timeoutMs: number
  /** Is called with what goes wrong outside of a call. */
  onError(error: Error): void
}

/** A session as a plain package for express-session, or Flask-Session, keeps it. */
export interface PlainSession {
  /** The session id, as it is in the cookie. */
  sid: string
  /** When it ends there, in ms since the epoch; null where the store does not say. */
  expires: number | null
  /** What it holds, in the words of that package. */
  data: string | Uint8Array | object
}

/** Reads what other packages keep in this kind of store, and changes nothing there. */
export interface PlainReader {
  /** The addresses that it reads; none where no such package keeps sessions in this store. */
  protocols: string[]
  /** The key prefix of Flask-Session, where its sessions can be read too. */
  flaskName?: string
  /** `name` is the key prefix, table or collection, as the package names it unless said. Throws when nobody answers within `timeoutMs`. */
  read(
    from: string,
    options: { name: string | undefined; timeoutMs: number },
  ): AsyncIterable<PlainSession>
}

/** A user as a table keeps it. */
export interface UserRow {
  /** The name in lower case, which no two users have. */
  id: string
  /** The name as it is written. */
  name: string
  /** Counts the changes; `replace` and `remove` compare it. */
  rev: number
  /** What is kept of the user, as text. */
  data: string
}

/** Users in the database of the sessions, in a table or collection of their own; each call fails where the database does not answer. */
export interface UserTable {
  /** What and where it is, for people. */
  place: string
  /** Makes the table where it is missing, also while other processes do the same. */
  prepare(): Promise<void>
  /** By the index. */
  find(id: string): Promise<UserRow | null>
  /** Every user, in the order of ids. */
  scan(): AsyncIterable<UserRow>
  /** Adds users, in this order, and returns whether the last of them is one that was not there; where a database can add several in one step, it adds none unless all are new. */
  insert(users: UserRow[]): Promise<boolean>
  /** Writes only if the user is there and still at `rev`, in one step. */
  replace(user: UserRow, rev: number): Promise<boolean>
  /** Removes a user that is still at `rev`, in one step. */
  remove(id: string, rev: number): Promise<boolean>
  /** Lets go of every connection. */
  close(): Promise<void>
}

/** Opens the table of users at an address of the store, and connects at the first call. */
export type OpenUserTable = (
  url: string,
  options: { prefix: string; timeoutMs: number },
) => UserTable

/** Opens the backend at an address; it resolves within `timeoutMs` even when nobody answers there, and connects later by itself. */
export type OpenBackend = (url: string, options: BackendOptions) => Promise<SessionBackend>

/** A key prefix as the name of a table or collection: `sess:` becomes `sess`. */
export function nameFromPrefix(prefix: string): string {
  return prefix.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')
}
