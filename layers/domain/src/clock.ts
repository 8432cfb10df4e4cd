/** The current time, passed in so that rules stay pure and tests decide what time it is. */
export type Clock = () => Date
