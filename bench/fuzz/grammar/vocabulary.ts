/** The words that random expressions are made of. */

export const FIELDS: readonly string[] = [
  ...['a', 'b', 'c', 'id', 'type', 'cost', 'tags', 'sub', 'items', 'list', 'text', 'words', 'nothing'],
  ...['nested', 'odd', '`b c`', '`1`', 'length', 'sequence', 'constructor'],
];

export const NUMBERS: readonly string[] = [
  ...['0', '1', '2', '3', '-1', '-3', '0.5', '2.5', '3.14', '1e3', '-0', '1.005', '1e21', '1e-7', '1e300'],
  ...['9007199254740993', '0.1', '123456789.987', '10000', '19', '1e15', '-0.00012', '5e-324'],
];

export const TEXTS: readonly string[] = [
  ...['"a"', '"b c"', '""', '"Aab aB"', '"2026-01-05"', '"2026-01-05T10:20:30.456Z"', '"12"', '"-1.5e3"'],
  ...['" x\\t y\\n "', '"añ😀b"', '"\\ud83d"', '"\\ude00x"', '"a,b,,c"', '"0x1F"', '"0b11"', '"$1"', '"ß"'],
  ...[
    '"%41%zz"',
    '"%e2%82%ac"',
    '"a b&c=d/é"',
    '"aGk="',
    '"İı"',
    '"id"',
    '"one hundred and two"',
    '"MCMXCIX"',
  ],
];

export const VALUES: readonly string[] = ['true', 'false', 'null', '[]', '{}', '[[]]', '[null]', '[[], 1]'];

export const PATTERNS: readonly string[] = [
  ...['/a/', '/[a-c]+/', '/(\\w)(\\d)?/', '/\\s+/', '/B/i', '/^a|c$/', '/x*/', '/(a|b)+?/', '/./', '/,/'],
  ...['/(a)|(b)/', '/(?:a|b)(c?)/', '/(?<first>a)(b)?/', '/[^ab]/', '/\\bA/i', '/^\\w/m', '/$/', '/a{2}/'],
  ...[
    '/a{1,2}?/',
    '/(a*)(b*)/',
    '/[\\s\\S]/',
    '/\\d{4}-(\\d\\d)/',
    '/é|ñ/i',
    '/[À-ÿ]/i',
    '/\\ud83d/',
    '/\\W/',
  ],
  ...[
    '/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)/',
    '/(a(b)?)+/',
    '/()/',
    '/[]/',
    '/[^]/',
    '/\\//',
    '/[/]/',
    '/k|ſ/i',
  ],
];

export const REPLACEMENTS: readonly string[] = [
  ...['"$1-$0"', '"x"', '""', '"$$"', '"$"', '"$2$1"', '"[$9]"', '"$11"', '"$a$1"', '"a$"', '"$01"'],
  ...['function($m){$m.match & "!"}', 'function($m){$string($m.groups)}', 'function($m){$m.start}'],
  ...['$uppercase', '$string', 'function($m){$exists($m.next) ? "y" : "n"}', 'function(){"z"}'],
];

/** Functions in the place of a pattern. */
export const MATCHERS: readonly string[] = [
  'function($s){ {"match": "a", "start": 0, "end": 1, "groups": [], "next": function(){nothing}} }',
  'function($s){ {"match": $s, "start": 0, "end": $length($s), "groups": ["g"], "next": function(){nothing}} }',
  'function($s){ {"start": 1} }',
  'function($s){ {"groups": []} }',
  'function($s){ {"end": 1} }',
  'function($s){ nothing }',
  'function($s){ null }',
  'function($s){ $s }',
  '/a/(?)',
  '$uppercase',
  '/b/ ~> function($m){ $m }',
];

export const NUMBER_PICTURES: readonly string[] = [
  ...['"0"', '"#,##0.00"', '"0.0e0"', '"#0%"', '"0;(0)"', '"#"', '"00.##"', '"1"', '"#.#"', '"#,##,#0.0,00"'],
  ...['"0.00‰"', '"$#,##0.00;-$#"', '"##e0"', '"#.##e00"', '"00e0"', '"x0.0y"', '"0,0,0"', '"#,"', '"0.0.0"'],
  ...['"%0%"', '"0,,0"', '"0#"', '".#0"', '"e0"', '"0e"', '"a"', '""', '"0.,0"', '".00"', '"0;0;0"', '"٠"'],
];

export const NUMBER_OPTIONS: readonly string[] = [
  '{"decimal-separator": ",", "grouping-separator": "."}',
  '{"zero-digit": "٠"}',
  '{"minus-sign": "~", "percent": "p"}',
  '{"infinity": "inf", "NaN": "none", "exponent-separator": "E"}',
  '{"digit": "d", "pattern-separator": "|"}',
  '{}',
];

export const INTEGER_PICTURES: readonly string[] = [
  ...[
    '"0"',
    '"#,##0"',
    '"w"',
    '"Ww"',
    '"I"',
    '"a"',
    '"1;o"',
    '"000"',
    '"W;o"',
    '"A"',
    '"i"',
    '"w;o"',
    '"Ww;o"',
  ],
  ...[
    '"#,##0;o"',
    '"0.000"',
    '"#:0,0"',
    '"٠٠"',
    '"0٠"',
    '"x"',
    '""',
    '"#"',
    '";o"',
    '"0;c"',
    '"1,1,1"',
    '"00#"',
  ],
];

export const DATE_PICTURES: readonly string[] = [
  ...['"[Y]-[M01]-[D01]"', '"[H01]:[m01]:[s01].[f001]"', '"[FNn], [D1o] [MNn] [Y]"', '"[X]W[W01]-[F1]"'],
  ...['"[h]:[m01] [P]"', '"[Y0001][M01][D01]"', '"[d] [w] [x] [Z]"', '"[MNn,3-3] [Y,2]"', '"[z]"', '"[Dw]"'],
  ...[
    '"[[x]] [Y,4-4]"',
    '"[YI] [Mi] [DA]"',
    '"[Z0] [Z01:01] [Z0000] [Zt]"',
    '"[xNn] [FN] [Fn,2-2]"',
    '"[PN]"',
  ],
  ...[
    '"[Dwo] of [MNn]"',
    '"[YWw]"',
    '"[f]"',
    '"[f,3]"',
    '"[Y9,999]"',
    '"[C] [E]"',
    '"[q]"',
    '"[Y"',
    '"[M#1]"',
  ],
  ...['"[H]h[m]m[s]s"', '"[Z01:01t]"', '"[Z00t]"', '"[Z,6-6]"', '"[Y0001]-W[W01]"', '"[D01]/[M01]/[Y0001]"'],
];

/** What a time looks like that is read by such a picture. */
export const TIMES: readonly string[] = [
  ...[
    '"2026-01-05"',
    '"20260105"',
    '"5/1/2026"',
    '"05/01/2026"',
    '"10:20:30.456"',
    '"Monday, 5th January 2026"',
  ],
  ...[
    '"11:05 pm"',
    '"12:00 am"',
    '"2026 036"',
    '"2026"',
    '"Jan 26"',
    '"MMXXVI i E"',
    '"+01:00"',
    '"GMT-05:00"',
  ],
  ...[
    '"twenty-sixth of March"',
    '"Two Thousand and Eighteen"',
    '"2026W02-1"',
    '"10h20m30s"',
    '"2026-W02"',
    '"Z"',
  ],
];

export const ISO_TIMES: readonly string[] = [
  ...['"2026-01-05"', '"2026-01"', '"2026"', '"2026-01-05T10:20:30Z"', '"2026-01-05T10:20:30.5+02:00"'],
  ...[
    '"2026-01-05T10:20:30.456-0530"',
    '"2026-13-45"',
    '"2026-02-31"',
    '"today"',
    '"1969-12-31T23:59:59.999Z"',
  ],
];

export const ZONES: readonly string[] = ['"+0100"', '"-0530"', '"0000"', '"+0530"', '"x"', '"1"', '"-0030"'];

export const SIGNATURES: readonly string[] = [
  ...['', '', '', '<x-:x>', '<n:n>', '<s-n?:s>', '<a<n>:n>', '<(ns)x?:b>', '<o-:x>', '<j+:a>', '<a<s>-:s>'],
  ...[
    '<n-n-:n>',
    '<af>',
    '<f:x>',
    '<s+:s>',
    '<l:x>',
    '<bn?:b>',
    '<u>',
    '<a<a>x?:a>',
    '<(sao)-:x>',
    '<sf<s:s>?:s>',
  ],
];

export const BODIES: readonly string[] = [
  ...[
    '$v',
    '$k',
    '$v & $k',
    '$v > 1',
    '$v + $k',
    '[$v]',
    '$v.a',
    '{"v": $v}',
    '$type($v)',
    '$v.id = 1',
    '$v[0]',
  ],
  ...[
    '$exists($v)',
    '$k = 0',
    '$string($v) & $k',
    '$v ~> $count',
    '$w',
    '$count($w)',
    '$',
    '$$.id',
    'a',
    '[]',
  ],
];

export const OPERATORS: readonly string[] = [
  ...['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '=', '!=', '&', 'and', 'or', 'in', '??', '?:', '..'],
];
