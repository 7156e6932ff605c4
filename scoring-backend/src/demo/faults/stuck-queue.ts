/** The worker that ships orders stops taking them from the queue: its log goes quiet and the backlog grows. */
import type { Fault } from '../fault.ts';

export const stuckQueue: Fault = {
  name: 'stuck-queue',
  title: 'the worker stops taking orders from the queue',
  services: ['shipping-worker', 'order-queue'],
  conditions: { workerConsumes: false },
};
