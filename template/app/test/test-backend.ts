/** A backend that was started for the tests, with no sessions in it. */
export interface TestBackend {
  url: string
  /** Whether sessions outlive the process, and other processes see them. */
  durable: boolean
  stop(): Promise<void>
}
