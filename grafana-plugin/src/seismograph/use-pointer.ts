/** Pointer on the strips: hover, click, and dragging a time range. */
import { useRef, useState, type PointerEvent } from 'react';

/** Pixels of movement that make a press a drag. */
const DRAG_FROM = 5;

export interface PointerPlace {
  readonly x: number;
  readonly y: number;
}

export interface Selection {
  readonly fromX: number;
  readonly toX: number;
}

interface Handlers {
  readonly onHover: (place: PointerPlace | undefined) => void;
  readonly onClick: (place: PointerPlace) => void;
  readonly onSelect: (selection: Selection) => void;
}

export function usePointer({ onHover, onClick, onSelect }: Handlers) {
  const [selection, setSelection] = useState<Selection>();
  const pressed = useRef<PointerPlace>(undefined);

  const placeOf = (event: PointerEvent<HTMLElement>): PointerPlace => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: Math.min(Math.max(0, event.clientX - box.left), box.width), y: event.clientY - box.top };
  };

  return {
    selection,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button !== 0) return;
        pressed.current = placeOf(event);
        event.currentTarget.setPointerCapture?.(event.pointerId);
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const place = placeOf(event);
        onHover(place);
        const start = pressed.current;
        if (start && (selection || Math.abs(place.x - start.x) >= DRAG_FROM))
          setSelection({ fromX: Math.min(start.x, place.x), toX: Math.max(start.x, place.x) });
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        const start = pressed.current;
        pressed.current = undefined;
        setSelection(undefined);
        if (!start) return;
        if (selection) onSelect(selection);
        else onClick(placeOf(event));
      },
      onPointerCancel() {
        pressed.current = undefined;
        setSelection(undefined);
      },
      onPointerLeave() {
        if (!pressed.current) onHover(undefined);
      },
    },
  };
}
