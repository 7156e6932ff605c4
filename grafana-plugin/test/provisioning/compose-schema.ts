/** Where the schema of the Compose Specification is: in the module that docker compose itself reads files with. */
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { go } from '../../../otel-processor/test/needs.ts';

const MODULE = 'github.com/compose-spec/compose-go/v2@v2.16.2';

/** Downloads the module into Go's cache once. Throws with Go's output when it cannot be had. */
export function composeSchema(): string {
  if (go === undefined) throw new Error('go is not on the PATH');
  const answer = execFileSync(go, ['mod', 'download', '-json', MODULE], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  return join(Dir, 'schema/compose-spec.json');
}
