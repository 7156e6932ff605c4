/** What a failed call of the datasource says. Grafana throws the answer itself, and the backend's words are inside. */

/**
 * The words of the backend where it gave some, else those of Grafana or the browser.
 *
 * @example failureWords({ status: 401, data: { error: { message: 'the token is wrong' } } }) // 'the token is wrong'
 */
export function failureWords(error: unknown): string {
  const { data, message } = (error ?? {}) as {
    data?: { error?: { message?: string } | string; message?: string };
    message?: string;
  };
  const told = typeof data?.error === 'object' ? data.error.message : undefined;
  return told ?? data?.message ?? message ?? 'The backend did not answer.';
}
