/**
 * What some tests need from outside the repository. A test that cannot have it skips itself with the reason, which the
 * reporter of .ci/ prints and counts: `context.skip(referenceData === undefined, NO_REFERENCE_DATA)`.
 */
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The folder of labelled logs: `SEISMO_DATA`, or `../shared/data` beside the repository. */
export const referenceData: string | undefined = [process.env.SEISMO_DATA, join(root, '../shared/data')].find(
  (folder): folder is string => folder !== undefined && existsSync(folder),
);
export const NO_REFERENCE_DATA = 'the reference data is not here: set SEISMO_DATA to its folder';

/** The folder of black-box checks, beside the reference data. */
export const acceptance: string | undefined =
  referenceData === undefined ? undefined : [join(referenceData, '../acceptance')].find((folder) => existsSync(folder));
export const NO_ACCEPTANCE = 'the acceptance checks are not here: they lie beside the reference data';

/** The Go tool chain, to build the real Collector with. */
export const go: string | undefined = onPath('go');
export const NO_GO = 'go is not on the PATH: the real Collector cannot be built';

/** Java and Maven, to run a real Kafka broker with. */
export const kafka: boolean = onPath('java') !== undefined && onPath('mvn') !== undefined;
export const NO_KAFKA = 'java or mvn is not on the PATH: a real Kafka broker cannot be run';

function onPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find((file) => existsSync(file));
}
