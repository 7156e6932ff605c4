/** Who may come in through the doors of the processor, and who we are where we go: made from the configuration. */
import type { ProcessorConfig } from '../config.ts';
import type { Logger } from '../telemetry.ts';
import { openDoors, startable, watchedFiles } from './doors.ts';
import type { Doors } from './doors.ts';
import { KafkaLogin } from './kafka-login.ts';
import { Outgoing } from './outgoing.ts';

export interface Access {
  readonly doors: Doors;
  /** Who we are to the next hop. */
  readonly forward: Outgoing;
  /** Who we are to a scoring backend in another process. */
  readonly scoring: Outgoing;
  /** Who we are to Kafka's brokers. */
  readonly kafka: KafkaLogin;
  /** Looks at all these files no longer. */
  close(): void;
}

/** Reads the files of the configuration. @throws StartError that names the group of settings that is wrong */
export function openAccess(config: ProcessorConfig, log: Logger): Access {
  const doors = openDoors(config, log);
  const files = watchedFiles(config, log);
  const forward = startable('forward', () => new Outgoing(config.forward, files));
  const scoring = startable('scoring', () => new Outgoing(config.scoring, files));
  const kafka = startable('kafka', () => new KafkaLogin(config.kafka, files));
  const close = (): void => {
    doors.close();
    files.close();
  };
  return { doors, forward, scoring, kafka, close };
}
