/** A requirement, in our own words, and what an emitted app does about it. */
export interface Requirement {
  /** As it stands at the end of the titles of tests: `ASVS 7.4.1`, or a number of ours such as `SM-4`. */
  id: string
  /** The level of ASVS from which it counts; none for what is not of ASVS. */
  level?: 1 | 2 | 3
  text: string
  /** The files of the emitted app that keep it. */
  where?: string[]
  /** Why it concerns no emitted app. */
  na?: string
  /** What shows it where no test does. */
  read?: string
  /** What is not built, and why; beside tests, what they leave open. */
  gap?: string
}

/** The requirements of a chapter of the page. */
export interface Chapter {
  title: string
  requirements: Requirement[]
}
