const FORMAT = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })

/** Formats seconds since 1970 as AWS does for AMQP timestamps: `Jan 1, 1970, 12:33:41 AM`, in UTC. */
export function toJavaDateText(seconds: number): string {
  // AMQP has 64 bits, more than JavaScript dates. A senseless timestamp must not fail a whole batch.
  const milliseconds = Math.max(Math.min(seconds * 1000, 8.64e15), -8.64e15)
  // Newer locale data has a narrow no-break space before AM and PM. The documented event has a space.
  return FORMAT.format(milliseconds).replaceAll('\u202f', ' ')
}
