/** Distance of the newest values of a series, as a vector, to earlier stretches of it. */

/**
 * Root mean square distance to the third nearest of at most 300 earlier stretches, evenly spread over what is kept.
 * @param ring the last values, value i at `i % ring.length`; `count` values came in all
 * @param value the newest, not in the ring yet
 */
export function nearestDistance(ring: Float64Array, count: number, value: number, length: number): number {
  const kept = Math.min(count, ring.length);
  // Stretches that overlap the newest values are like them anyway.
  const last = count - 3 * length;
  const first = count - kept + length;
  const stride = Math.max(1, Math.ceil((last - first) / MOST_STRETCHES));
  const nearest = [Infinity, Infinity, Infinity];
  for (let end = last; end >= first; end -= stride) {
    let squares = (ring[end % ring.length] - value) ** 2;
    for (let i = 1; i < length && squares < nearest[2]; i++)
      squares += (ring[(end - i) % ring.length] - ring[(count - i) % ring.length]) ** 2;
    if (squares >= nearest[2]) continue;
    nearest[2] = squares;
    nearest.sort((a, b) => a - b);
  }
  return nearest[2] === Infinity ? NaN : Math.sqrt(nearest[2] / length);
}

const MOST_STRETCHES = 300;
