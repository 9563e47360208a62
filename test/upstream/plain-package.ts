import type { Store } from 'express-session'
import type {
  Need,
  OpenedSubject,
  SubjectOptions,
} from '../suite/conformance/store-cases/store-subject.ts'

/** A store that is open. */
export interface OpenedPackage extends OpenedSubject {
  store: Store
  close(): Promise<unknown> | unknown
}

/** A published package, opened as its own README does it. */
export interface PlainPackage {
  /** The packages of npm that are used, the store's first; none for what is ours. */
  packages: string[]
  /** The store of the template whose server this package is run against. */
  backend: string
  /** What the cases cannot do with it here, each with the reason. */
  lacks: Partial<Record<Need, string>>
  /** Opens the store; `app` is the folder of an emitted app with the store `backend`. */
  open(url: string, options: SubjectOptions, app: string): Promise<OpenedPackage>
}
