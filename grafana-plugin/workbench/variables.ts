/** The variables of the workbench: `$service`, set by its service picker. */
import type { TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

/** What is chosen; nothing chosen is All. */
export const chosen: { service: readonly string[] } = { service: [] };

const REFERENCE = /\$(\w+)|\$\{(\w+)(?::[^}]*)?\}/g;

export const templateSrv: TemplateSrv = {
  getVariables: () => [variable()],
  containsTemplate: (text) => new RegExp(REFERENCE).test(text ?? ''),
  updateTimeRange: () => undefined,
  replace(text, scopedVars, format) {
    return (text ?? '').replace(REFERENCE, (whole, plain?: string, braced?: string) => {
      const name = plain ?? braced ?? '';
      const value: unknown = scopedVars?.[name]?.value ?? (name === 'service' ? current() : undefined);
      if (value === undefined) return whole;
      if (typeof format === 'function') return String(format(value, {}, undefined));
      return Array.isArray(value) ? `{${value.join(',')}}` : String(value);
    });
  },
};

function current(): readonly string[] {
  return chosen.service.length === 0 ? ['$__all'] : chosen.service;
}

function variable(): TypedVariableModel {
  return {
    name: 'service',
    type: 'custom',
    multi: true,
    current: { value: current() },
  } as unknown as TypedVariableModel;
}
