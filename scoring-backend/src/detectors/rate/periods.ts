/** The periods of a series of counts, by its spectrum. */
import FFT from 'fft.js';

/**
 * Lengths of the strongest periods, in steps, strongest first: peaks of the power spectrum of log(1 + count), tapered
 * (Hann), that stand out of the median power. A period is told when it fits in at least twice.
 * @param counts oldest first; the last 2^k of them are used
 */
export function periodsOf(counts: Float32Array): number[] {
  const size = 2 ** Math.floor(Math.log2(counts.length));
  if (size < LEAST) return [];
  const used = counts.subarray(counts.length - size);
  let mean = 0;
  for (const count of used) mean += Math.log1p(count) / size;
  const input = Array.from(used, (count, i) => {
    const taper = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size);
    return (Math.log1p(count) - mean) * taper;
  });
  const fft = new FFT(size);
  const spectrum = fft.createComplexArray() as number[];
  fft.realTransform(spectrum, input);
  const power = Float64Array.from({ length: size / 2 }, (_, k) => spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2);
  const median = Float64Array.from(power).sort()[size >> 2];
  const peaks: { period: number; power: number }[] = [];
  for (let k = 2; k < size / 2 - 1; k++) {
    const isPeak = power[k] > power[k - 1] && power[k] >= power[k + 1];
    if (!isPeak || power[k] < STANDS_OUT * (median + 1e-12)) continue;
    // A peak between two bins: the parabola through the logarithms of three (Jacobsen and Kootsookos 2007).
    const [a, b, c] = [power[k - 1], power[k], power[k + 1]].map((value) => Math.log(value + 1e-300));
    const shift = a - 2 * b + c === 0 ? 0 : (0.5 * (a - c)) / (a - 2 * b + c);
    peaks.push({ period: size / (k + shift), power: power[k] });
  }
  return peaks
    .sort((a, b) => b.power - a.power)
    .slice(0, MOST)
    .map(({ period }) => period);
}

const LEAST = 64;
/** A peak's power over the median's, at least: of white noise one in 10^6 is so. */
const STANDS_OUT = 20;
const MOST = 5;
