/** What `seismo start` was asked for; what is undefined may still come from the environment or the file. */
export interface StartOptions {
  readonly demo: boolean;
  readonly config?: string;
  readonly host?: string;
  readonly otlpHttpPort?: number;
  readonly otlpGrpcPort?: number;
  readonly apiPort?: number;
  readonly webDir?: string;
  readonly forward?: string;
  readonly dataDir?: string;
  /** Name of the fault to inject first. */
  readonly fault?: string;
  /** Calm before it, in s. */
  readonly faultAfter: number;
  readonly exitAfterFound: boolean;
  readonly json: boolean;
  /** What the command has no option for: flags of single settings as both packages name them, `--engine-workers 2`. */
  readonly rest: readonly string[];
}
