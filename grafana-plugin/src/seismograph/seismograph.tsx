/**
 * The Seismograph: services × time, coloured by the score of each window. Knows nothing of Grafana's panels, so that
 * the panel and the app page show the same thing.
 */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { KEYS_HELP, moveCursor, type Cursor } from './cursor-keys.ts';
import { AXIS_HEIGHT, contentHeight, gutterFor, placeRows, rowAt, timeOfX, visibleRows, xOfTime } from './geometry.ts';
import { HoverCard } from './hover-card.tsx';
import { paintLane } from './lane-painter.ts';
import { paintOverlay } from './overlay-painter.ts';
import type { Palette } from './palette.ts';
import { LEGEND_HEIGHT, LEGEND_WIDTH, RarityLegend } from './rarity-legend.tsx';
import { RowLabels } from './row-labels.tsx';
import { paintStrips } from './strip-painter.ts';
import { paintAxis, ticks } from './time-axis.ts';
import { useCanvas } from './use-canvas.ts';
import { useLanes, type LoadLane } from './use-lanes.ts';
import { usePointer, type PointerPlace } from './use-pointer.ts';
import { describePoint, pointAt, type WindowPoint } from './window-point.ts';

export interface SeismographProps {
  readonly rows: readonly StripRow[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
  /** Most height; fewer services take less. */
  readonly height: number;
  readonly timeZone: TimeZone;
  readonly palette: Palette;
  readonly rowHeight: number;
  /** A time that another panel points at. */
  readonly crosshairMs?: number | undefined;
  readonly loadLane?: LoadLane | undefined;
  readonly onHover?: ((ms: number | undefined) => void) | undefined;
  readonly onZoom?: ((fromMs: number, toMs: number) => void) | undefined;
  readonly onOpen?: ((point: WindowPoint) => void) | undefined;
}

/** How far beside a mark a click still means it, in pixels. */
const SLACK = 5;

export function Seismograph(props: SeismographProps) {
  const { fromMs, toMs, width, height, timeZone, palette, rowHeight, crosshairMs, onHover, onZoom, onOpen } = props;
  const styles = useStyles2(getStyles);
  const lanes = useLanes(props.rows, props.loadLane);
  const { rows } = lanes;
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<PointerPlace>();
  const [cursor, setCursor] = useState<Cursor>();
  const scroller = useRef<HTMLDivElement>(null);

  const gutter = useMemo(() => gutterFor(rows, width), [rows, width]);
  const plotWidth = Math.max(10, width - gutter - 12);
  const scale = useMemo(() => ({ fromMs, toMs, width: plotWidth }), [fromMs, toMs, plotWidth]);
  const placed = useMemo(() => placeRows(rows, rowHeight, lanes.open), [rows, rowHeight, lanes.open]);
  // The axis follows the last row, where it is read; more rows than fit are scrolled.
  const withLegend = height > 160;
  const room = height - AXIS_HEIGHT - (withLegend ? LEGEND_HEIGHT : 0);
  const viewHeight = Math.max(10, Math.min(room, contentHeight(placed) + 4));
  const seen = useMemo(() => visibleRows(placed, scrollTop, viewHeight), [placed, scrollTop, viewHeight]);
  const axisTicks = useMemo(() => ticks(scale, timeZone), [scale, timeZone]);

  const base = useCanvas(
    plotWidth,
    viewHeight,
    (context) => {
      paintStrips(context, seen, scale, scrollTop, rowHeight, palette);
      for (const { row, top, open } of seen)
        if (open) paintLane(context, row, scale, top - scrollTop + rowHeight, palette);
    },
    [seen, scale, scrollTop, rowHeight, palette],
    true,
  );
  const axis = useCanvas(plotWidth, AXIS_HEIGHT, (context) => paintAxis(context, axisTicks, scale, palette), [
    axisTicks,
    scale,
    palette,
  ]);

  const slackMs = (SLACK / plotWidth) * (toMs - fromMs);
  const pointUnder = ({ x, y }: PointerPlace): WindowPoint | undefined => {
    const at = rowAt(placed, y + scrollTop);
    return at && pointAt(at.row, timeOfX(scale, x), slackMs);
  };
  const { selection, handlers } = usePointer({
    onHover(place) {
      setHover(place);
      onHover?.(place && timeOfX(scale, place.x));
    },
    onClick(place) {
      const point = pointUnder(place);
      if (point && point.score !== undefined) onOpen?.(point);
    },
    onSelect: ({ fromX, toX }) => onZoom?.(timeOfX(scale, fromX), timeOfX(scale, toX)),
  });

  const cursorRow = cursor && placed[Math.min(cursor.row, placed.length - 1)];
  const cursorPoint = cursor && cursorRow && pointAt(cursorRow.row, cursor.ms);
  useEffect(() => {
    const view = scroller.current;
    if (!cursorRow || !view) return;
    if (cursorRow.top < view.scrollTop) view.scrollTop = cursorRow.top;
    else if (cursorRow.top + rowHeight > view.scrollTop + viewHeight)
      view.scrollTop = cursorRow.top + rowHeight - viewHeight;
  }, [cursorRow, rowHeight, viewHeight]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moveCursor(event.key, cursor, rows, { fromMs, toMs });
    if (next) setCursor(next);
    else if (event.key === 'Escape' && cursor) setCursor(undefined);
    else if (event.key === 'Enter' && cursorPoint) onOpen?.(cursorPoint);
    else if (event.key === ' ' && cursorRow) lanes.toggle(cursorRow.row);
    else if (event.key === '+' || event.key === '-') zoomAround(cursor?.ms ?? (fromMs + toMs) / 2, event.key === '+');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const zoomAround = (ms: number, closer: boolean) => {
    const factor = closer ? 0.5 : 2;
    onZoom?.(ms - (ms - fromMs) * factor, ms + (toMs - ms) * factor);
  };

  const overlay = useCanvas(
    plotWidth,
    viewHeight,
    (context) =>
      paintOverlay(context, palette, viewHeight, {
        hoverX: hover?.x,
        crosshairX: crosshairMs === undefined ? undefined : xOfTime(scale, crosshairMs),
        selection,
        cursor: cursorPoint &&
          cursorRow && {
            x: xOfTime(scale, cursorPoint.startMs),
            width: xOfTime(scale, cursorPoint.endMs) - xOfTime(scale, cursorPoint.startMs),
            y: cursorRow.top - scrollTop,
            height: rowHeight,
          },
      }),
    [hover, crosshairMs, selection, cursor, placed, scrollTop, scale, palette],
  );

  const hovered = hover && !selection ? pointUnder(hover) : undefined;
  const flagged = rows.reduce((sum, row) => sum + row.marks.length, 0);
  return (
    <div
      className={styles.root}
      style={{ width, maxHeight: height }}
      role="application"
      tabIndex={0}
      aria-roledescription="seismograph"
      aria-label={`Anomaly scores of ${rows.length} services, ${flagged} anomalies. ${KEYS_HELP}`}
      data-testid="seismograph"
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(undefined)}
    >
      <div
        ref={scroller}
        className={styles.scroller}
        style={{ height: viewHeight }}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: contentHeight(placed) }}>
          <div className={styles.view} style={{ height: viewHeight }}>
            <RowLabels
              rows={seen}
              scrollTop={scrollTop}
              width={gutter - 8}
              rowHeight={rowHeight}
              active={cursor?.row}
              problems={lanes.problems}
              onToggle={lanes.toggle}
            />
            <div className={styles.plot} style={{ left: gutter, width: plotWidth, height: viewHeight }} {...handlers}>
              <canvas ref={base} className={styles.canvas} style={{ width: plotWidth, height: viewHeight }} />
              <canvas ref={overlay} className={styles.canvas} style={{ width: plotWidth, height: viewHeight }} />
            </div>
          </div>
        </div>
      </div>
      <canvas ref={axis} style={{ width: plotWidth, height: AXIS_HEIGHT, marginLeft: gutter, display: 'block' }} />
      {withLegend ? <RarityLegend palette={palette} left={plotWidth < LEGEND_WIDTH ? 0 : gutter} /> : null}
      {hover && hovered ? (
        <HoverCard point={hovered} x={hover.x + gutter} y={hover.y} width={width} height={height} timeZone={timeZone} />
      ) : null}
      <div className={styles.heard} aria-live="polite">
        {cursorPoint ? describePoint(cursorPoint, timeZone) : ''}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    position: 'relative',
    outline: 'none',
    borderRadius: theme.shape.radius.default,
    '&:focus-visible': { boxShadow: `0 0 0 2px ${theme.colors.primary.main}` },
  }),
  scroller: css({ overflowY: 'auto', overflowX: 'hidden', position: 'relative' }),
  view: css({ position: 'sticky', top: 0, overflow: 'hidden' }),
  plot: css({ position: 'absolute', top: 0, cursor: 'crosshair', touchAction: 'pan-y' }),
  canvas: css({ position: 'absolute', top: 0, left: 0, pointerEvents: 'none' }),
  heard: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
});
