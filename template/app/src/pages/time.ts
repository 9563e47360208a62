const moments = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** An ISO time as people read it: `3 Nov 2025, 14:05 UTC`; throws when it is no time. */
export function formatTime(iso: string): string {
  return `${moments.format(new Date(iso))} UTC`
}

/** Seconds as a time to wait, never too short: `1 second`, `40 seconds`, `15 minutes`. */
export function formatWait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds))
  const [count, unit] = whole < 120 ? [whole, 'second'] : [Math.ceil(whole / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
