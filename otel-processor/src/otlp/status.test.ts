import { describe, expect, it } from 'vitest';
import { bytesField, contents, fieldsOf, varintField } from '../../test/wire-oracle.ts';
import {
  decodeExportResponse,
  decodeStatus,
  encodeExportResponse,
  encodeStatus,
  exportResponseFromJson,
  exportResponseToJson,
  GRPC,
  grpcCodeOf,
  httpStatusOf,
  isRetryableGrpc,
  isRetryableHttp,
  statusToJson,
} from './status.ts';

describe('Status', () => {
  it('comes back from protobuf as it was, with the delay of RetryInfo', () => {
    for (const retryDelayMs of [0, 1, 999, 1000, 7250.5])
      expect(decodeStatus(encodeStatus({ code: 14, message: 'füll', retryDelayMs }))).toEqual({
        code: 14,
        message: 'füll',
        retryDelayMs,
      });
    expect(decodeStatus(encodeStatus({ code: 3, message: '' }))).toEqual({ code: 3, message: '' });
  });

  it('names RetryInfo by its type, as clients look for it', () => {
    const [detail] = contents(encodeStatus({ code: 14, message: '', retryDelayMs: 2500 }), 3);
    expect(contents(detail, 1)[0].toString()).toBe('type.googleapis.com/google.rpc.RetryInfo');
    const [duration] = contents(contents(detail, 2)[0], 1);
    expect(fieldsOf(duration).map(({ field, number }) => [field, number])).toEqual([
      [1, 2n],
      [2, 500_000_000n],
    ]);
  });

  it('passes over details it does not know', () => {
    const other = bytesField(
      3,
      Buffer.concat([bytesField(1, 'type.googleapis.com/google.rpc.BadRequest'), bytesField(2, 'x')]),
    );
    expect(decodeStatus(Buffer.concat([varintField(1, 3), other]))).toEqual({ code: 3, message: '' });
  });

  it('is JSON with the delay in seconds', () => {
    expect(JSON.parse(statusToJson({ code: 14, message: 'm', retryDelayMs: 1500 }))).toEqual({
      code: 14,
      message: 'm',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
    });
    expect(JSON.parse(statusToJson({ code: 3, message: 'm' }))).toEqual({ code: 3, message: 'm' });
  });
});

describe('ExportLogsServiceResponse', () => {
  it('is empty on full success, so that partial_success stays unset', () => {
    expect(encodeExportResponse({ rejected: 0, message: '' }).length).toBe(0);
    expect(exportResponseToJson({ rejected: 0, message: '' })).toBe('{}');
  });

  for (const result of [
    { rejected: 7, message: 'too old' },
    { rejected: 0, message: 'a warning' },
    { rejected: 3_000_000_000, message: '' },
    { rejected: 0, message: '' },
  ])
    it(`comes back from both forms as it was: ${JSON.stringify(result)}`, () => {
      expect(decodeExportResponse(encodeExportResponse(result))).toEqual(result);
      expect(exportResponseFromJson(exportResponseToJson(result))).toEqual(result);
    });

  it('reads counts in JSON as strings and as numbers', () => {
    expect(exportResponseFromJson('{"partialSuccess":{"rejectedLogRecords":5}}').rejected).toBe(5);
  });
});

describe('HTTP and gRPC', () => {
  it('agree on what is retryable, in both directions', () => {
    for (let http = 400; http < 600; http++)
      expect(isRetryableGrpc(grpcCodeOf(http), false), String(http)).toBe(isRetryableHttp(http));
    for (let code = 1; code <= 16; code++)
      for (const retry of [{}, { retryDelayMs: 5 }])
        expect(isRetryableHttp(httpStatusOf({ code, message: '', ...retry })), String(code)).toBe(
          isRetryableGrpc(code, 'retryDelayMs' in retry),
        );
  });

  it('name the same situation', () => {
    const pairs = [
      [200, GRPC.OK],
      [400, GRPC.INVALID_ARGUMENT],
      [401, GRPC.UNAUTHENTICATED],
      [403, GRPC.PERMISSION_DENIED],
      [413, GRPC.RESOURCE_EXHAUSTED],
      [503, GRPC.UNAVAILABLE],
    ] as const;
    for (const [http, code] of pairs) {
      expect(grpcCodeOf(http)).toBe(code);
      expect(httpStatusOf({ code, message: '' })).toBe(http);
    }
    expect(grpcCodeOf(500)).toBe(GRPC.INTERNAL);
    expect(grpcCodeOf(422)).toBe(GRPC.INVALID_ARGUMENT);
  });
});
