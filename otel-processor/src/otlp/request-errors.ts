/** What can be wrong with a request before it is understood. Which status a client gets for each is said in status.ts. */

/** The bytes are not what their content type promises. The message says what is wrong and where; safe to show to the client. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/** The body is larger than the limit, before or after decompression. */
export class RequestTooLarge extends Error {
  override readonly name = 'RequestTooLarge';
}

/** The content encoding is none we can read. */
export class UnsupportedEncoding extends Error {
  override readonly name = 'UnsupportedEncoding';
}
