/** The time that rules use (decision 25). */
export interface Clock {
  now(): Date;
}
