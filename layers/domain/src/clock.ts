/** Returns the current time. It is passed in, so that rules stay pure and tests set the time. */
export type Clock = () => Date
