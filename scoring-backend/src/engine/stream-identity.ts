/** Whose records a stream holds: all that is learned is learned by stream. */
export interface StreamIdentity {
  readonly tenant: string;
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
}
