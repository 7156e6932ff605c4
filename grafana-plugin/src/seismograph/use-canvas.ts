/** A canvas that is as sharp as the screen, repainted whenever one of `inputs` changes. */
import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Name of the User Timing measure around each paint, for the performance panel of browsers and for benchmarks. */
export const PAINT_MEASURE = 'seismograph-paint';

export function useCanvas(
  width: number,
  height: number,
  paint: (context: CanvasRenderingContext2D) => void,
  inputs: readonly unknown[],
  measured = false,
): RefObject<HTMLCanvasElement> {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const started = performance.now();
    const ratio = window.devicePixelRatio || 1;
    const [deviceWidth, deviceHeight] = [
      Math.max(1, Math.round(width * ratio)),
      Math.max(1, Math.round(height * ratio)),
    ];
    if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
    if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    paint(context);
    if (measured) performance.measure(PAINT_MEASURE, { start: started, end: performance.now() });
    // The caller names what its painting depends on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [width, height, ...inputs]);
  return ref;
}
