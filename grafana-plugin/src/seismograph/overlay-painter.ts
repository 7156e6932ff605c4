/** Draws what moves: pointer, crosshair of other panels, dragged range, and the keyboard's cursor. */
import type { Palette } from './palette.ts';
import type { Selection } from './use-pointer.ts';

export interface Overlay {
  readonly hoverX: number | undefined;
  readonly crosshairX: number | undefined;
  readonly selection: Selection | undefined;
  readonly cursor: { x: number; y: number; width: number; height: number } | undefined;
}

export function paintOverlay(
  context: CanvasRenderingContext2D,
  palette: Palette,
  height: number,
  { hoverX, crosshairX, selection, cursor }: Overlay,
): void {
  if (selection) {
    context.fillStyle = palette.band;
    context.fillRect(selection.fromX, 0, selection.toX - selection.fromX, height);
    context.fillStyle = palette.line;
    context.fillRect(selection.fromX, 0, 1, height);
    context.fillRect(selection.toX, 0, 1, height);
  }
  const x = hoverX ?? crosshairX;
  if (x !== undefined && !selection) {
    context.strokeStyle = palette.text;
    context.setLineDash([4, 4]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, height);
    context.stroke();
    context.setLineDash([]);
  }
  if (cursor) {
    context.strokeStyle = palette.mark;
    context.lineWidth = 2;
    const width = Math.max(6, cursor.width);
    context.strokeRect(cursor.x - (width - cursor.width) / 2, cursor.y + 2, width, cursor.height - 3);
  }
}
