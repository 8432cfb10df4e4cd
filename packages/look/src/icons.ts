export type Tone = 'good' | 'bad' | 'doubtful'

/** An icon is drawn on a square of 24: a filled shape and a stroke on it. */
export interface Icon {
  readonly shape: string
  readonly stroke: string
}

/**
 * They differ in shape as well as in colour: a tick in a disc, a cross in an octagon, an exclamation mark in a triangle.
 */
export const ICONS: Readonly<Record<Tone, Icon>> = {
  good: { shape: 'M1 12a11 11 0 1 0 22 0a11 11 0 1 0-22 0Z', stroke: 'M6.5 12.5l3.7 3.7 7.3-8' },
  bad: { shape: 'M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4Z', stroke: 'M8 8l8 8M16 8l-8 8' },
  doubtful: { shape: 'M12 1 23.5 22H.5Z', stroke: 'M12 9v6.2M12 18.2v.3' },
}
