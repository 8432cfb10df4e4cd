const FORMAT = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })

/** Seconds since 1970 as AWS writes the time of an AMQP message: `Jan 1, 1970, 12:33:41 AM`, in UTC. */
export function toJavaDateText(seconds: number): string {
  // JavaScript has years up to 275760, AMQP's 64 bits go further; it must not fail a whole batch.
  const milliseconds = Math.min(seconds * 1000, 8.64e15)
  // Newer locale data puts a narrow no-break space before AM and PM; the documented event has a blank.
  return FORMAT.format(milliseconds).replaceAll('\u202f', ' ')
}
