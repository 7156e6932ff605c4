/** What `seismo start` was asked for. */
export interface StartOptions {
  readonly demo: boolean;
  readonly config?: string;
  readonly host?: string;
  readonly otlpHttpPort?: number;
  readonly otlpGrpcPort?: number;
  readonly apiPort?: number;
  readonly webPort?: number;
  readonly forward?: string;
  readonly dataDir?: string;
  /** Name of the fault to inject first. */
  readonly fault?: string;
  /** Calm before it, in s. */
  readonly faultAfter: number;
  readonly exitAfterFound: boolean;
  readonly json: boolean;
}
