import {
  DataHoverEvent,
  EventBusSrv,
  FieldType,
  LoadingState,
  toDataFrame,
  type DataFrame,
  type PanelData,
  type PanelProps,
} from '@grafana/data';
import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WireAnomaly } from '@seismo/scoring-backend/api';
import { plugin } from '../../src/panel/module.ts';
import { DEFAULT_OPTIONS, type SeismographOptions } from '../../src/panel/options.ts';
import { SeismographPanel } from '../../src/panel/panel.tsx';
import { drawn } from '../browser-stand-ins.ts';
import { network, range, seismo } from '../network-edge.ts';

const FROM = Date.UTC(2026, 10, 21, 12);
const STEP = 60_000;
const time = range(FROM, FROM + 10 * STEP);
const REQUEST = { targets: [{ refId: 'A', datasource: { uid: 'seismo', type: 'seismo-loganomaly-datasource' } }] };

function scores(service: string, values: number[]): DataFrame {
  return toDataFrame({
    refId: 'A',
    fields: [
      { name: 'time', type: FieldType.time, values: values.map((_, i) => FROM + i * STEP), config: { interval: STEP } },
      { name: 'score', type: FieldType.number, values, labels: { service } },
    ],
  });
}

const marked = toDataFrame({
  refId: 'B',
  fields: [
    { name: 'time', type: FieldType.time, values: [FROM + 2 * STEP] },
    { name: 'timeEnd', type: FieldType.time, values: [FROM + 3 * STEP] },
    { name: 'service', type: FieldType.string, values: ['payment'] },
    { name: 'score', type: FieldType.number, values: [0.9] },
    { name: 'margin', type: FieldType.number, values: [2] },
    { name: 'reason', type: FieldType.string, values: ['a new kind of message'] },
    { name: 'id', type: FieldType.string, values: ['an1'] },
  ],
});

const evidence: WireAnomaly = {
  ...{ id: 'an1', namespace: '', environment: '', service: 'payment', unit: 'window', model: 'm' },
  ...{ startMs: FROM + 2 * STEP, endMs: FROM + 3 * STEP, magnitude: 6, score: 0.875, margin: 1.5, confidence: 0.9 },
  reasons: [
    {
      ...{ kind: 'new_template', text: 'A kind of message never seen before', unit: 'records', templateId: 't' },
      ...{ expected: 0, actual: 31, magnitude: 5, template: 'gateway timed out after <num> ms' },
    },
    { kind: 'learning', text: 'learning 90 %', expected: 1, actual: 0.9, unit: 'share', magnitude: 0 },
  ],
  templateId: 't',
  template: 'gateway timed out after <num> ms',
  examples: [
    { timeMs: FROM, text: 'gateway timed out after 3017 ms', severity: 17, traceId: '', templateId: 't', line: 0 },
  ],
};

interface Shown {
  readonly data?: Partial<PanelData>;
  readonly options?: Partial<SeismographOptions>;
  readonly eventBus?: EventBusSrv;
}

function show({ data, options, eventBus = new EventBusSrv() }: Shown = {}) {
  const ranges: { from: number; to: number }[] = [];
  const props = {
    data: { state: LoadingState.Done, series: [], timeRange: time, request: REQUEST, ...data },
    ...{
      options: { ...DEFAULT_OPTIONS, ...options },
      timeRange: time,
      timeZone: 'utc',
      width: 800,
      height: 300,
      eventBus,
    },
    onChangeTimeRange: (next: { from: number; to: number }) => void ranges.push(next),
  } as unknown as PanelProps<SeismographOptions>;
  render(<SeismographPanel {...props} />);
  return { ranges };
}

beforeEach(() => {
  seismo();
  network({ '/api/v1/anomalies': () => ({ json: { anomalies: [evidence] } }) });
  drawn.length = 0;
});

describe('the panel', () => {
  it('draws a strip per service and tells how many anomalies there are', () => {
    show({ data: { series: [scores('payment', [0.1, 0.1, 0.9]), scores('cart', [0.2]), marked] } });
    expect(screen.getByRole('application')).toHaveAccessibleName(/2 services, 1 anomalies/);
    expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['payment1', 'cart']);
    expect(drawn.filter((method) => method === 'fillRect').length).toBeGreaterThan(4);
  });

  it('opens the evidence with the keyboard alone', async () => {
    show({ data: { series: [scores('payment', [0.1, 0.1, 0.9]), marked] } });
    screen.getByRole('application').focus();
    await userEvent.keyboard('n');
    expect(screen.getByText(/Enter opens the evidence/)).toHaveTextContent('a new kind of message');
    await userEvent.keyboard('{Enter}');
    const drawer = await screen.findByRole('dialog');
    expect(await within(drawer).findByText('1 in a million')).toBeInTheDocument();
    expect(within(drawer).getByText(/expected 0 records, got/)).toHaveTextContent('31 records');
    expect(within(drawer).getByText('gateway timed out after 3017 ms')).toBeInTheDocument();
    expect(within(drawer).getByText(/confidence 90 %/)).toBeInTheDocument();
    expect(within(drawer).queryByText(/^learning/)).toBeNull();
  });

  it('shows what explains a single record: what adds to it, the known line most like it, and the check', async () => {
    const explanation = {
      contributions: [{ feature: 'new_template', share: 1, expected: 0.0004, actual: 1 }],
      drivers: [],
      check: { without: 'x', before: 6, after: 0.1, weak: false, text: 'without the new kind of line: 1 in 1,000,000' },
      nearestNormal: { text: 'the known line most like it is “gateway answered”', differences: [] },
    };
    network({ '/api/v1/anomalies': () => ({ json: { anomalies: [{ ...evidence, unit: 'record', explanation }] } }) });
    show({ data: { series: [scores('payment', [0.1, 0.1, 0.9]), marked] } });
    screen.getByRole('application').focus();
    await userEvent.keyboard('n{Enter}');
    const drawer = await screen.findByRole('dialog');
    expect(await within(drawer).findByText('the known line most like it is “gateway answered”')).toBeInTheDocument();
    expect(within(drawer).getByText('without the new kind of line: 1 in 1,000,000')).toBeInTheDocument();
    expect(within(drawer).getByText(/new template 100 %/)).toBeInTheDocument();
    expect(within(drawer).queryByText(/began at/)).toBeNull();
  });

  it('says so, and lets people try again, when the evidence cannot be loaded', async () => {
    let attempts = 0;
    network({
      '/api/v1/anomalies': () => {
        attempts += 1;
        if (attempts === 1) return { status: 500, json: { error: { message: 'the store is full' } } };
        return { json: { anomalies: [evidence] } };
      },
    });
    show({ data: { series: [scores('payment', [0.1, 0.1, 0.9]), marked] } });
    screen.getByRole('application').focus();
    await userEvent.keyboard('n{Enter}');
    expect(await screen.findByText('the store is full')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await within(screen.getByRole('dialog')).findByText('1 in a million')).toBeInTheDocument();
  });

  it('zooms to a dragged range', () => {
    const { ranges } = show({ data: { series: [scores('payment', [0.1])] } });
    const plot = screen.getByRole('application').querySelector('canvas')?.parentElement as HTMLElement;
    const width = parseFloat(plot.style.width);
    plot.getBoundingClientRect = () => ({ left: 0, top: 0, width, height: 200 }) as DOMRect;
    fireEvent.pointerDown(plot, { button: 0, clientX: width / 10, clientY: 5 });
    fireEvent.pointerMove(plot, { clientX: width / 2, clientY: 5 });
    fireEvent.pointerUp(plot, { clientX: width / 2, clientY: 5 });
    expect(ranges).toEqual([{ from: FROM + STEP, to: FROM + 5 * STEP }]);
  });

  it('shares the time under the pointer with the other panels', () => {
    const eventBus = new EventBusSrv();
    const times: unknown[] = [];
    eventBus.getStream(DataHoverEvent).subscribe(({ payload }) => times.push(payload.point['time']));
    show({ data: { series: [scores('payment', [0.1])] }, eventBus });
    const plot = screen.getByRole('application').querySelector('canvas')?.parentElement as HTMLElement;
    const width = parseFloat(plot.style.width);
    plot.getBoundingClientRect = () => ({ left: 0, top: 0, width, height: 200 }) as DOMRect;
    fireEvent.pointerMove(plot, { clientX: width / 2, clientY: 5 });
    expect(times).toEqual([FROM + 5 * STEP]);
  });

  it('shows the most rare services when there are more than it may', () => {
    const series = Array.from({ length: 30 }, (_, i) => scores(`s${i}`, [i / 40]));
    show({ data: { series }, options: { maxRows: 2 } });
    expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['s29', 's28']);
  });

  it('has defaults for every option', () => {
    expect(plugin.defaults).toEqual(DEFAULT_OPTIONS);
    expect(plugin.fieldConfigDefaults.defaults.thresholds?.steps).toHaveLength(4);
  });
});

describe('a panel without scores', () => {
  it('says that the range is empty', async () => {
    network({ '/api/v1/services': () => ({ json: { services: [{ service: 'cart' }] } }) });
    show();
    expect(await screen.findByText('No scored windows in this time range')).toBeInTheDocument();
  });

  it('says that nothing was ever scored, and what to do', async () => {
    network({ '/api/v1/services': () => ({ json: { services: [] } }) });
    show();
    expect(await screen.findByText('No logs yet')).toBeInTheDocument();
  });

  it('says in the words of the backend what went wrong', () => {
    show({ data: { state: LoadingState.Error, errors: [{ message: 'DNS: the host seismo was not found' }] } });
    expect(screen.getByRole('status')).toHaveTextContent('DNS: the host seismo was not found');
  });

  it('says that data of another kind hold no scores', () => {
    const text = toDataFrame({ fields: [{ name: 'x', type: FieldType.string, values: ['y'] }] });
    show({ data: { series: [text] } });
    expect(screen.getByRole('status')).toHaveTextContent('These data hold no scores');
  });
});
