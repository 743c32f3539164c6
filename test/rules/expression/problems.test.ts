/** Problems stand at their place to the column, and say what to do; `^` marks the place in each example. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import type { ExpressionProblem, Scope } from '../../../src/rules/expression/expression.ts';

const names = ['completions_7d', 'opens_7d', 'status', 'channels', 'score'];
const scope: Scope = {
  describe: 'lead',
  names: () => names,
  lookup(name) {
    if (name === 'params') return { constant: true, read: () => ({ full_marks_at: 24, social: ['a', 'b'] }) };
    return names.includes(name) ? { read: ({ input }) => input[name] } : undefined;
  },
};

/** Text, marks below it, code, message, hint. */
const EXAMPLES: readonly (readonly [
  text: string,
  marks: string,
  code: string,
  message: RegExp,
  hint?: string,
])[] = [
  [
    '2 * completion_7d',
    '    ^^^^^^^^^^^^^',
    'unknown_name',
    /^unknown feature `completion_7d` of lead$/,
    'did you mean `completions_7d`?',
  ],
  ['"a \\" b" & opens_8d', '           ^^^^^^^^', 'unknown_name', /opens_8d/, 'did you mean `opens_7d`?'],
  ["'it' & `no name` & 1", '       ^^^^^^^^^', 'unknown_name', /`no name`/],
  ['status.x.y + nope.z', '             ^^^^', 'unknown_name', /`nope`/],
  ['(nope)', ' ^^^^', 'unknown_name', /`nope`/],
  ['$sum(nope.cost)', '     ^^^^', 'unknown_name', /`nope`/],
  ['channels[cost > $$.nope].id', '                   ^^^^', 'unknown_name', /`nope`/],
  ['channels[cost > score].(a + b)', '', '', /./],
  [
    '$map(channels, function($c){ $c.x * nope })',
    '                                    ^^^^',
    'unknown_name',
    /`nope`/,
  ],
  ['{"a": status, "b": nope}', '                   ^^^^', 'unknown_name', /`nope`/],
  ['/* nope */ score + nope', '                   ^^^^', 'unknown_name', /`nope`/],
  ['score +\n  nope', '          ^^^^', 'unknown_name', /`nope`/],
  [
    '40 * score / params.full_mark_at',
    '             ^^^^^^^^^^^^^^^^^^^',
    'unknown_param',
    /^`params\.full_mark_at` is not declared$/,
  ],
  ['$$.params.socal', '   ^^^^^^^^^^^^', 'unknown_param', /not declared/],
  ['$rund(score, 2)', '^^^^^', 'unknown_function', /^unknown function \$rund$/, 'did you mean $round?'],
  [
    'score > 0 and $millis() > 0',
    '              ^^^^^^^',
    'forbidden_function',
    /^\$millis is not allowed: the time comes from the events; use a `since` feature$/,
  ],
  ['$now()', '^^^^', 'forbidden_function', /not allowed/],
  ['$random()', '^^^^^^^', 'forbidden_function', /replay/],
  ['$eval("1")', '^^^^^', 'forbidden_function', /not allowed/],
  ['$map(channels, $now)', '               ^^^^', 'unknown_variable', /\$now/],
  ['$shuffle(channels)', '^^^^^^^^', 'forbidden_function', /replay/],
  ['$fromMillis(0)', '', '', /./],
  ['sum(channels.cost)', '^^^', 'unknown_function', /unknown function sum/, 'did you mean $sum?'],
  ['($total := 1; $totl + 1)', '              ^^^^^', 'unknown_variable', /\$totl/, 'did you mean $total?'],
  ['$sum(channels, 2)', '^^^^', 'T0410', /at most 1/],
  ['$power()', '^^^^^^', 'T0410', /at least 1/],
  ['$uppercase()', '^^^^^^^^^^', 'T0411', /no context/],
  ['$substring(1)', '^^^^^^^^^^', 'T0411', /no context/],
  ['$', '^', 'bare_root', /whole input/],
  ['$$', '^^', 'bare_root', /whole input/],
  ['$count($)', '       ^', 'bare_root', /whole input/],
  ['channels[$$]', '         ^^', 'bare_root', /whole input/],
  ['*', '^', 'unsupported', /`\*` reads everything/],
  ['(*)', ' ^', 'unsupported', /`\*`/],
  ['**.x', '^^', 'unsupported', /`\*\*`/],
  ['channels.*', '', '', /./],
  ['channels.cost.%.id', '', '', /./],
  ['score % 2 & "%" & channels.cost.( %.id)', '', '', /./],
  ['channels.%.score', '       ^', 'bare_root', /`%`/],
  ['channels@$c.id', '            ^^', 'unknown_name', /`id`/],
  ['channels@$c.channels@$d[$d.id = $c.id].($c.x & $d.y)', '', '', /./],
  ['channels[0]#$i.id', '', '', /./],
  ['$contains(status, /ab+/i)', '', '', /./],
  ['$contains(status, /a(?=b)/i)', '                  ^^^^^^^^^', 'regex', /linear time/],
  ['$contains(status, /(a)\\1/)', '                  ^^^^^^^', 'regex', /reference to a group/],
  ['status ~> |a|{"b": 1}|', '', '', /./],
  ['$substring(?, 1)', '', '', /./],
  ['function($x)<n:n>{$x}(score)', '', '', /./],
  ['channels.$sift(function($v){$v})', '', '', /./],
  ['$sift(function($v){$v})', '^^^^^', 'T0411', /no context/],
  ['{"__proto__": 1}', ' ^^^^^^^^^^^', 'forbidden_key', /__proto__/],
  [
    '(response < 2 ? 15 : 0',
    '                      ',
    'S0203',
    /^Expected "\)" before end of expression \(S0203\)$/,
  ],
  ['score + ', '        ', 'S0207', /Unexpected end/],
  ['', '', 'S0207', /Unexpected end/],
  ['score score', '      ^^^^^', 'S0201', /Syntax error: "score"/],
  ['score ] 1', '      ^', 'S0201', /Syntax error/],
  ['{"a" 1}', '     ^', 'S0202', /Expected ":"/],
  ['[1, 2', '     ', 'S0203', /Expected "]"/],
  ['"abc', '    ', 'S0101', /terminated/],
  ['"a\\q"', '   ^', 'S0103', /escape/],
  ['`abc', '    ', 'S0105', /backquote/],
  ['1 /* x', '  ^^', 'S0106', /no closing tag/],
  ['1e999 + 1', '^^^^^', 'S0102', /out of range/],
  ['score := 1', '^^^^^', 'S0212', /variable name/],
  ['function(x){1}', '         ^', 'S0208', /variable name/],
  ['* / 2 ]', '      ^', 'S0201', /Syntax error/],
  [
    'function($x){ ($sort($x))[0] }(channels)',
    '                         ^',
    'unsupported',
    /behind the last call/,
  ],
];

test('each problem stands at its place', () => {
  for (const [text, marks, code, message, hint] of EXAMPLES) {
    const compiled = compileExpression(text, scope);
    if (code === '') {
      assert.ok(compiled.ok, text);
      continue;
    }
    assert.ok(!compiled.ok, text);
    const [problem] = compiled.problems as [ExpressionProblem];
    assert.equal(problem.code, code, text);
    assert.match(problem.message, message, text);
    assert.equal(problem.hint, hint, text);
    const drawn = `${' '.repeat(problem.start)}${'^'.repeat(problem.end - problem.start)}`;
    assert.equal(drawn, code.startsWith('S') && !marks.includes('^') ? ' '.repeat(text.length) : marks, text);
  }
});

test('all problems of a text are told at once', () => {
  const compiled = compileExpression('nope + $nothing() + params.x', scope);
  assert.ok(!compiled.ok);
  assert.deepEqual(
    compiled.problems.map(({ code }) => code),
    ['unknown_name', 'unknown_function', 'unknown_param'],
  );
});

test('a scope without names is open, names of events are fields', () => {
  const open: Scope = { describe: 'event x.y', names: () => [], lookup: () => undefined };
  const compiled = compileExpression('anything.at + $count(all)', open);
  assert.ok(compiled.ok);
  const frame = {
    slots: [],
    input: { anything: { at: 2 }, all: [1] },
    time: 0,
    zone: 'UTC',
    currency: 'EUR',
  };
  assert.equal(compiled.expression.evaluate(frame), 3);
  assert.equal(compiled.expression.evaluate({ ...frame, input: Object.create(frame.input) }), undefined);
  const closed = compileExpression('chnge', { ...open, names: () => ['change'] });
  assert.ok(!closed.ok);
  assert.equal(closed.problems[0]?.message, 'unknown field `chnge` of event x.y');
});

test('reads are the root names in order, constants left out', () => {
  const compiled = compileExpression(
    'score > params.full_marks_at ? channels[status = "x"].opens_7d : $$.status & score',
    scope,
  );
  assert.ok(compiled.ok);
  assert.deepEqual(compiled.expression.reads, ['score', 'channels', 'status']);
});

test('whatever the text, the compiler answers and its problems lie within the text', () => {
  const signs = fc.constantFrom(
    ...'abc$."\'`()[]{}<>=!+-*/%&|^~?:;,@#0129 \n\\'.split(''),
    'and ',
    ' in ',
    ':=',
    '..',
    'function',
    '$sum',
    'score',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.array(signs, { maxLength: 25 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (source) => {
      const compiled = compileExpression(source, scope);
      if (compiled.ok) return;
      assert.ok(compiled.problems.length > 0);
      for (const { start, end } of compiled.problems)
        assert.ok(0 <= start && start <= end && end <= source.length, `${start}-${end}`);
    }),
    { numRuns: 2000 },
  );
});
