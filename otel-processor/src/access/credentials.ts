/**
 * Who may come in: bearer tokens (RFC 6750) and user names with passwords (RFC 7617), from files, one to a line. Compared
 * by their hashes in constant time, all of them whatever the first says, so that no answer tells how near a guess was.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { WatchedFiles } from './watched-files.ts';

export interface CredentialFiles {
  /** One token to a line; empty lines and lines that begin with # do not count. */
  readonly bearerTokenFile: string | undefined;
  /** One `user:password` to a line. */
  readonly basicFile: string | undefined;
}

export class Credentials {
  #tokens: readonly Buffer[] = [];
  #users: readonly Buffer[] = [];

  /** @throws Error when a file cannot be read or holds no credential */
  constructor(files: CredentialFiles, watched: WatchedFiles) {
    const { bearerTokenFile, basicFile } = files;
    if (bearerTokenFile !== undefined)
      watched.watch([bearerTokenFile], ([content]) => {
        this.#tokens = hashesOf(linesOf(content, bearerTokenFile));
      });
    if (basicFile !== undefined)
      watched.watch([basicFile], ([content]) => {
        const lines = linesOf(content, basicFile);
        const wrong = lines.findIndex((line) => !line.includes(':'));
        if (wrong >= 0)
          throw new Error(`${basicFile}: expected user:password on each line, line ${wrong + 1} has no colon`);
        this.#users = hashesOf(lines);
      });
  }

  /** Does this `authorization` header open the door? */
  allows(authorization: string | undefined): boolean {
    const [scheme = '', given = ''] = (authorization ?? '').split(/ +/, 2);
    if (/^bearer$/i.test(scheme)) return isOneOf(given, this.#tokens);
    if (/^basic$/i.test(scheme)) return isOneOf(Buffer.from(given, 'base64').toString('utf8'), this.#users);
    return false;
  }

  /** What a client that may not come in is told to send: the value of `www-authenticate`. */
  get challenge(): string {
    const schemes = [...(this.#tokens.length > 0 ? ['Bearer'] : []), ...(this.#users.length > 0 ? ['Basic'] : [])];
    return schemes.map((scheme) => `${scheme} realm="seismo"`).join(', ');
  }
}

function linesOf(content: Buffer, file: string): string[] {
  const lines = content
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new Error(`${file}: expected at least one credential, found none`);
  return lines;
}

function hashesOf(secrets: readonly string[]): Buffer[] {
  return secrets.map((secret) => hashOf(secret));
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function isOneOf(given: string, known: readonly Buffer[]): boolean {
  const hash = hashOf(given);
  let found = false;
  for (const one of known) found = timingSafeEqual(hash, one) || found;
  return found;
}
