/** Takes in an event by its name in the log, and what belongs to it. */
export type Tell = (event: string, details?: Record<string, unknown>) => void
