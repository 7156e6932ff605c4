/** The attacks that are told apart, as people and MITRE ATT&CK (v17, enterprise) call them. */

export type AttackKind =
  | 'brute_force'
  | 'credential_stuffing'
  | 'sql_injection'
  | 'xss'
  | 'path_traversal'
  | 'command_injection'
  | 'request_burst';

/** What a request or another text can hold. */
export type InjectionKind = 'sql_injection' | 'xss' | 'path_traversal' | 'command_injection';

export interface Technique {
  readonly id: string;
  readonly name: string;
}

export const TECHNIQUES: Readonly<Record<AttackKind, Technique>> = {
  brute_force: { id: 'T1110.001', name: 'Password Guessing' },
  credential_stuffing: { id: 'T1110.004', name: 'Credential Stuffing' },
  sql_injection: { id: 'T1190', name: 'Exploit Public-Facing Application' },
  xss: { id: 'T1059.007', name: 'JavaScript' },
  path_traversal: { id: 'T1083', name: 'File and Directory Discovery' },
  command_injection: { id: 'T1059', name: 'Command and Scripting Interpreter' },
  request_burst: { id: 'T1499.002', name: 'Service Exhaustion Flood' },
};

/** A burst of requests for what is not there is a search for weak spots. */
export const SCANNING: Technique = { id: 'T1595.003', name: 'Wordlist Scanning' };
