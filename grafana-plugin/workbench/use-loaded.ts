/** The result of a promise, as it comes; a rejection is thrown to the error boundary. */
import { useEffect, useState } from 'react';

export function useLoaded<T>(load: () => Promise<T>): T | undefined {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  // Called once: what is loaded here are plugins, which stay.
  useEffect(() => {
    load().then((loaded) => setValue(() => loaded), setError);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  if (error !== undefined) throw error;
  return value;
}
