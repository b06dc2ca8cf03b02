/** Where a plan is applied: fixed for the whole transaction. */
export interface Target {
  projectId: string;
  /** Currency of prices that name none. */
  currency: string;
  now: Date;
}
