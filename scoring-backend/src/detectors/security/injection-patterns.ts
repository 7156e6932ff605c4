/**
 * What injected SQL, scripts, paths and commands look like in decoded text. All patterns are linear: no repetition inside
 * a repetition, every gap bounded. What they find in harmless logs is measured in false-alarm-rates.ts.
 */
import type { InjectionKind } from './technique.ts';

interface Pattern {
  readonly kind: InjectionKind;
  /** Telling anywhere; the others are only asked in the targets of HTTP requests. */
  readonly strong: boolean;
  readonly expression: RegExp;
}

const COMMANDS =
  'cat|ls|id|whoami|uname|wget|curl|nc|ncat|netcat|bash|sh|cmd|powershell|ping|sleep|echo|dir|type|net|ifconfig|' +
  'ipconfig|rm|perl|python|php|chmod|nslookup|ps|kill|env|vol|tail|head|tftp';

const PATTERNS: readonly Pattern[] = [
  strong('sql_injection', /\bunion ?\(? ?(?:all |distinct )?\(?select\b/),
  strong(
    'sql_injection',
    /['")\d] ?(?:or|and|\|\||&&) ?(?:not )?[('"]{0,4}(\w{1,16})['"]{0,2} ?(?:=|like) ?[('"%]{0,4}\1\b/,
  ),
  strong('sql_injection', /['")] ?; ?(?:drop|insert|update|delete|select|shutdown|exec|declare|waitfor|call|begin)\b/),
  strong(
    'sql_injection',
    /['")\d;] ?(?:waitfor delay ?'|or sleep ?\(|and sleep ?\(|select sleep ?\(|or benchmark ?\()/,
  ),
  strong(
    'sql_injection',
    /\b(?:xp_cmdshell|dbms_pipe\.|dbms_utility\.|utl_inaddr\.|utl_http\.|pg_sleep ?\(|load_file ?\()/,
  ),
  request('sql_injection', /\b(?:or|and|where|having)\b[ ('"]{0,6}\d+['"]{0,2} ?[=<>]{1,2} ?['"]{0,2}\d/),
  request('sql_injection', /\bselect\b.{1,200}\bfrom\b/),
  request('sql_injection', /\b(?:order|group) by \d+ ?(?:--|#|,|$)/),
  request('sql_injection', /['"][ )]{0,6}(?:--|#)/),
  request('sql_injection', /['"][ )]{0,6}(?:or|and|having|union|like|in|between)\b ?[('"\d]/),
  request(
    'sql_injection',
    /\b(?:char|chr) ?\( ?\d+ ?\)|\b(?:sleep|benchmark|extractvalue|updatexml|randomblob|make_set|elt|iif) ?\(/,
  ),
  request('sql_injection', /\b(?:information_schema|sysobjects|sysusers|generate_series|rdb\$|procedure analyse)/),
  strong(
    'xss',
    /<script[\s>/]|<\/script>|<(?:img|svg|iframe|body|input|video|object|embed)[ /][^>]{0,100}\bon\w{3,20} ?=/,
  ),
  strong('xss', /<(?:iframe|img|a|link|base|frame|object|embed)[ /][^>]{0,100}(?:javascript|vbscript|data) ?:/),
  request('xss', /<[a-z!?/][^>]{0,200}>|<(?:script|img|svg|iframe|body|style|link|meta|object|embed|xml|div)\b/),
  request(
    'xss',
    /\b(?:javascript|vbscript|livescript|mocha) ?:|\bon(?:error|load|click|focus|mouse\w{2,5}|key\w{2,5}) ?=/,
  ),
  request(
    'xss',
    /\b(?:alert|prompt|confirm|eval|expression) ?\(|document\.(?:cookie|location|write|domain)|fromcharcode/,
  ),
  strong(
    'path_traversal',
    /(?:\.\.[/\\]{1,4}){3}|\.\.[/\\].{0,200}(?:etc\/|passwd|shadow|boot\.ini|win\.ini|web-inf|system32)/,
  ),
  strong('command_injection', new RegExp(`[;|&\`] ?(?:cat|nc|wget|curl|bash|sh|rm|ping) [^ ]{0,20}(?:/|\\d|-)`)),
  strong('command_injection', /\$\{(?:jndi|\$\{|lower:|upper:|env:)|\(\) ?\{ ?:;? ?\} ?;|<!--#(?:exec|include)/),
  request('command_injection', new RegExp(`[;|\`] ?(?:/\\w{1,10}){0,3}/?(?:${COMMANDS})\\b(?! ?=)`)),
  request('command_injection', new RegExp(`&& ?(?:${COMMANDS})\\b(?! ?=)|\\$\\( ?(?:${COMMANDS})\\b`)),
  request(
    'command_injection',
    /\/bin\/(?:sh|bash|cat|id|ls|ping)|\/usr\/bin\/\w|\b(?:cmd|command|powershell)\.exe|`[a-z]{2,20}`/,
  ),
  request('path_traversal', /\.\.[/\\]{1,4}\.\.|(?:=|^\/?)\.\.[/\\]|\.\.\.\.[/\\]|\.{8}/),
  request(
    'path_traversal',
    /\/etc\/(?:passwd|shadow|hosts|group|issue)|\/proc\/self|boot\.ini|win\.ini|web-inf|\b[c-e]:[/\\]/,
  ),
];

/** The attack that the text shows, undefined for none. */
export function injectionIn(text: string, inRequest: boolean): InjectionKind | undefined {
  for (const { kind, strong: always, expression } of PATTERNS)
    if ((always || inRequest) && expression.test(text)) return kind;
  return undefined;
}

function strong(kind: InjectionKind, expression: RegExp): Pattern {
  return { kind, strong: true, expression };
}

function request(kind: InjectionKind, expression: RegExp): Pattern {
  return { kind, strong: false, expression };
}
