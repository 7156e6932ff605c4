/** The version of the package, as `/health` and `/openapi.json` tell it. */
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
