/** Expressions of the supported subset, by family, divided by ¦; each is compared with the oracle on every input. */

export const TABLE: Readonly<Record<string, readonly string[]>> = {
  literals: expressions`
    1 ¦ -1.5e2 ¦ "x" ¦ 'it is' ¦ "\u0041\n" ¦ true ¦ false ¦ null ¦ [] ¦ {} ¦ () ¦ - a ¦ -(a) ¦ --a ¦ -text`,
  arithmetic: expressions`
    a + b ¦ a - b ¦ a * b ¦ a / b ¦ a % b ¦ 2 * a + 0.5 * b ¦ a + 1 ¦ 1 + a ¦ a - 1 ¦ 1 - a ¦ a * 2 ¦ 2 * a ¦
    a / 2 ¦ 2 / a ¦ a % 2 ¦ 2 % a ¦ c * 10 * 10 ¦ a / d ¦ a / d + 1 ¦ 1 / (a / d) ¦ d / d ¦ d / d + 1 ¦
    (a + b) * c ¦ a + nothing ¦ nothing * 2 ¦ text + 1 ¦ 1 + text ¦ nil + 1 ¦ list + 1 ¦ a + words ¦ 5 % 0 ¦
    1 / 0 ¦ 1 / 0 * 2 ¦ -(1 / 0) ¦ c * c ¦ 7 - -2 ¦ 1 + 2 * 3 - 4 / 2`,
  comparison: expressions`
    a < 5 ¦ a <= 3 ¦ a > b ¦ a >= 3 ¦ 5 > a ¦ text < word ¦ text < "z" ¦ "a" < text ¦ a < text ¦ nothing < 3 ¦
    3 < nothing ¦ nil < 3 ¦ flag > 1 ¦ list > 2 ¦ nothing < nil ¦ a = 3 ¦ 3 = a ¦ a != 3 ¦ a = nothing ¦
    nothing = nothing ¦ nothing != 3 ¦ nil = null ¦ null = null ¦ list = [3,1,2,3] ¦ object = object ¦
    object = {"y":"two","x":1,"z":[1,2,3],"w":{"v":7}} ¦ one = [5] ¦ one = 5 ¦ words != words ¦
    text = "Hello World" ¦ flag = true ¦ a < nothing = false ¦ 1 = "1" ¦ [1] = 1 ¦ empty = []`,
  inclusion: expressions`
    "blog" in words ¦ word in words ¦ a in list ¦ "x" in nothing ¦ nothing in words ¦
    status in ["new", "nurturing"] ¦ a in [1, 2, 3] ¦ a in 3 ¦ object in mixed ¦ null in mixed ¦
    $not("guide" in words) ¦ a in [list, 10] ¦ status in [] ¦ a in nested`,
  logic: expressions`
    flag and a ¦ flag or a ¦ nothing and true ¦ nothing or true ¦ a > 2 and b < 1 ¦ a > 2 or text ¦
    empty or one ¦ nested and true ¦ object or false ¦ mixed and words ¦ nil or d ¦ (1/0) and true ¦
    flag and (1/0) ¦ false and (1 + "a") ¦ true or (1 + "a") ¦ $boolean(list) ¦ $not(empty) ¦ $not(nothing) ¦
    $boolean([0, [0]]) ¦ $boolean([0, [1]]) ¦ $boolean({}) ¦ $boolean(function(){1}) ¦ $boolean(0/0)`,
  conditions: expressions`
    a > 2 ? "big" : "small" ¦ a > 2 ? "big" ¦ nothing ? 1 : 2 ¦ b < 2 ? 3 : b < 24 ? 1 : 0 ¦
    flag ? list : words ¦ (flag ? items).id ¦ text ?: "none" ¦ nothing ?: "none" ¦ nothing ?? 5 ¦ nil ?? 5 ¦
    d ?? 5 ¦ empty ?: 1 ¦ a ?: b ?: c ¦ (1/0) ? 1 : 2 ¦ items ? 1`,
  text: expressions`
    text & word ¦ a & "-" & b ¦ nothing & "x" ¦ nothing & nothing ¦ list & "" ¦ object & "!" ¦ nil & flag ¦
    0.1 + 0.2 & "" ¦ 1e21 & "" ¦ (1/0) & "" ¦ "" & [0.1+0.2] ¦ "" & {"a": 1/3} ¦ "" & [1/0] ¦
    "" & function(){1} ¦ "" & 1e-7 ¦ d & ""`,
  blocks: expressions`
    (a; b) ¦ ($x := a; $x * $x) ¦ ($x := a; $y := $x + 1; $x & $y) ¦ ($x := 1; ($x := 2; $x) + $x) ¦
    ($x := 1; ($y := $x; $x := 2; $y)) ¦ ($x := 1; ($y := $x; $x := 5; $y)) ¦ $x := a ¦
    ($x := $y := a; $x + $y) ¦ [$x := 1] ¦ ($x := items; $x[0].id) ¦ ($x := list[]; $x) ¦ ($x := one[]; $x) ¦
    ($x := items.id; $x[1]) ¦ ($x := nothing; $x ? 1 : 2) ¦ (1; ) ¦ ($sum := 3; $sum) ¦
    ($sum := function($v){ 42 }; $sum(list)) ¦ ($x := $count(items); $x > 1 ? $x) ¦
    ($f := function(){ $late }; $late := 5; $f()) ¦ (($x := 1))`,
  arrays: expressions`
    [1, 2, 3] ¦ [a, b, nothing] ¦ [list] ¦ [[list]] ¦ [list, words] ¦ [[1], [2]] ¦ [[]] ¦ [nothing] ¦
    [items.id] ¦ [items.tags] ¦ [1..5] ¦ [a..5] ¦ [3..1] ¦ [2..2] ¦ [1..a] ¦ [nothing..3] ¦ [0.5..3] ¦
    [1.."x"] ¦ [1..3, 7, 9..10] ¦ [1..3][1] ¦ [1, 2, 3][0] ¦ [1, 2, 3][-1] ¦ [1, 2, 3][$ > 1] ¦
    [[1, 2], 3][0] ¦ [1..3].($ * 2) ¦ ["["] ¦ [["["], 1] ¦ [list][0] ¦ [list[0]] ¦ [nil, null] ¦
    [1..3][[0, 2]] ¦ [1..0] ¦ [1..10000001] ¦ [nested] ¦ [object.z]`,
  objects: expressions`
    {"a": a, "b": nothing} ¦ {"list": list, "one": one, "items": items.id} ¦ {word: a} ¦ {text: a} ¦ {a: 1} ¦
    {nothing: 1} ¦ {"x": {"y": a}}.x.y ¦ {"x": list}.x ¦ {"x": items.id}.x ¦ {"a": 1, "a": 2} ¦
    {"2": 1, "1": 2} ¦ {"_jsonata_lambda": 1} ¦ {"x": a, "y": {"z": [a, b]}} ¦ {"k": words}.k[0] ¦
    $string({"x": items.id}) ¦ $distinct({"x": items.type}.x) ¦ {"n": nil} ¦ {}.x ¦ {"a": 1}.a[]`,
  paths: expressions`
    a ¦ object.x ¦ object.'a b' ¦ object.w.v ¦ object.nothing.x ¦ object.z ¦ object.z[0] ¦ items.id ¦ items.tags ¦
    items.sub ¦ items.sub.v ¦ items.nothing ¦ deep.list.p ¦ deep.list.p.q ¦ deep.list.q ¦ nested ¦ nested.x ¦
    one ¦ one.x ¦ empty ¦ empty.x ¦ text.x ¦ nil.x ¦ a.b.c ¦ items.(id) ¦ items.(tags) ¦ items.($) ¦
    items.{"i": id} ¦ items.[id] ¦ items.[id, cost] ¦ items.[tags] ¦ items.(id + cost) ¦ "items".id ¦
    'object'.'y' ¦ object."a b" ¦ items.id[] ¦ items[].id ¦ single.id ¦ single[].id ¦ single.id[] ¦
    single.tags ¦ single.tags[] ¦ a[] ¦ nothing[] ¦ object.x[] ¦ one[] ¦ empty[] ¦ deep.list.p[].q ¦
    (items.id)[] ¦ (object.x)[] ¦ items.id.(1) ¦ [items].id ¦ [a, b].($) ¦ [1, 2].$ ¦ nested.$ ¦ nested.(1) ¦
    object.$keys() ¦ items.$string(id) ¦ items.tags.$uppercase() ¦ words.$length() ¦ list.$string() ¦
    items.$count(tags) ¦ items.sub.(v) ¦ list.[$] ¦ list.{"v": $} ¦ mixed.x ¦ mixed.$type($) ¦ items.$ ¦
    $$.a ¦ $$.object.x ¦ items.(a) ¦ items[a > 0].id ¦ object.(x & y) ¦ items.tags.$ ¦ $.a ¦ (items).id ¦
    (a).b ¦ object.constructor ¦ object.__proto__ ¦ items.toString ¦ one.length ¦ text.length ¦ list.length ¦
    [[1,2],[3]].$ ¦ ([1,2]).$ ¦ [{"x": [1]}].x ¦ [{"x": [[1]]}].x ¦ items.[[id]] ¦ {"a": [1]}.a ¦
    {"a": [[1]]}.a`,
  predicates: expressions`
    items[0] ¦ items[-1] ¦ items[10] ¦ items[1.9] ¦ items[0].id ¦ items.id[0] ¦ (items.id)[0] ¦
    items.tags[0] ¦ (items.tags)[0] ¦ items[type = "click"] ¦ items[type = "click"].id ¦
    items[type="click" and cost>1].id ¦ items[type = "view"] ¦ items[type = "view"].id ¦ items[cost > 100] ¦
    items[cost > 100].id ¦ items[done] ¦ items[$not(done)].id ¦ items[tags] ¦ items["x" in tags].id ¦
    items[id = $$.a].cost ¦ items[type = "click"][0] ¦ items[type = "click"][1].cost ¦ items[0][0] ¦
    items[[0, 2]].id ¦ items[[0..1]].id ¦ items[[]] ¦ items[id - 1] ¦ list[$ > 1] ¦ list[$ = 3] ¦
    words[$ != "blog"] ¦ words[$contains("o")] ¦ a[0] ¦ a[1] ¦ a[-1] ¦ a[$ > 1] ¦ nothing[0] ¦ nothing[true] ¦
    items.nothing[true] ¦ $count(items.done[true]) ¦ one[0] ¦ one[0][0] ¦ nested[0] ¦ nested[0][0] ¦
    nested[3][0] ¦ nested[-1] ¦ object[x = 1].y ¦ object[x = 2].y ¦ object.z[$ > 1] ¦ items.sub[v > 10].v ¦
    items[sub.v = 10].id ¦ items[cost > "x"] ¦ items[cost + "x" = 1] ¦ items["x"] ¦ items[""] ¦ items[0/0] ¦
    items[1/0] ¦ single[0] ¦ single[type = "click"] ¦ single[type = "click"].tags[0] ¦ single[0].tags ¦
    items[type = "click"].tags[0] ¦ items[$count(tags) > 1].id ¦ items[$exists(sub)].id ¦ items[true] ¦
    items[false] ¦ items[nothing] ¦ items[$.id > 2].id ¦ items[type="click"].(id * cost) ¦ (list)[0] ¦
    $append(list, 9)[-1] ¦ "abc"[0] ¦ list[[0, -1]] ¦ list[[0,0]] ¦ deep.list[0].p[1].q ¦ deep.list.p[0].q ¦
    deep.list.(p[0].q) ¦ items[type = $$.status]`,
  order: expressions`
    items^(cost) ¦ items^(>cost).id ¦ items^(<cost)[0].id ¦ items^(type, >cost).id ¦ list^($) ¦ list^(>$) ¦
    words^($) ¦ items^(sub.v) ¦ items^(tags) ¦ items^(done).id ¦ mixed^($) ¦ empty^($) ¦ single^(id) ¦
    single^(id).id ¦ a^($) ¦ nothing^($) ¦ items^(nothing).id ¦ items^(>cost)[type="click"].id ¦
    items[type="click"]^(cost).id ¦ (items^(cost)).id ¦ items^(cost & type).id ¦ items^(>cost)[[0..1]].id ¦
    $each(object, function($v, $k){{"name": $k}})^(>name)[0] ¦ (list ~> $sort)[0] ¦ items.tags^($) ¦
    list^(-$)`,
  grouping: expressions`
    items{type: cost} ¦ items{type: $sum(cost)} ¦ items{type: id} ¦ items{$string(id): cost} ¦
    items{id: cost} ¦ object{"k": x} ¦ nothing{"k": 1} ¦ list{"all": $sum($)} ¦ items{type: $count($)} ¦
    (items){type: id} ¦ items.{type: id} ¦ items{"a": id, "b": cost} ¦ items{nothing: 1} ¦ words{$: 1} ¦
    items[cost > 1]{type: id[]}`,
  lambdas: expressions`
    $map(list, function($v){ $v * 2 }) ¦ $map(list, function($v, $i){ $v * $i }) ¦
    $map(list, function($v, $i, $l){ $count($l) }) ¦ $map(one, function($v){ $v }) ¦
    $map(nothing, function($v){ $v }) ¦ $map(items, function($v){ $v.cost * 2 }) ¦
    $map(items, function($v){ $v.tags }) ¦ $map(items, function($v){ $v.done }) ¦
    $map(list, function(){ a }) ¦ $map(list, function($v){ [$v] }) ¦ $map([1], function($v){ [$v] }) ¦
    $map(list, function($v){ $filter([1], function($x){ false }) }) ¦
    $map([1,2], function($v){ ($filter([1,2], function($x){ $x = $v })) }) ¦
    $filter(list, function($v){ $v > 1 }) ¦ $filter(items, function($v){ $v.type = "click" }).id ¦
    $filter(list, function($v, $i){ $i = 0 }) ¦ $filter(nothing, function($v){ true }) ¦
    $filter(a, function($v){ true }) ¦ $reduce(list, function($x, $y){ $x + $y }) ¦
    $reduce(list, function($x, $y){ $x + $y }, 10) ¦ $reduce(empty, function($x, $y){ $x + $y }) ¦
    $reduce(empty, function($x, $y){ $x + $y }, 1) ¦ $reduce(list, function($x){ $x }) ¦
    $reduce(words, function($x, $y, $i){ $x & $i & $y }) ¦ $reduce(nothing, function($x, $y){ 1 }) ¦
    $sift(object, function($v){ $v = 1 }) ¦ $sift(object, function($v, $k){ $k != "x" }) ¦
    $sift(object, function($v){ false }) ¦ $sift(nothing, function($v){ true }) ¦
    $each(object, function($v, $k){ $k }) ¦ $each(object, function($v, $k){ {$k: $type($v)} }) ¦
    $each(nothing, function($v){ 1 }) ¦ $each(object, function($v){ $number("x") }) ¦ $sort(list) ¦
    $sort(words) ¦ $sort(mixed) ¦ $sort(list, function($l, $r){ $l < $r }) ¦
    $sort(items, function($l, $r){ $l.cost > $r.cost }).id ¦ $sort(nothing) ¦ $sort(a) ¦ $sort(items) ¦
    $sort(list, function($l, $r){ [] }) ¦ ($f := function($x){ $x + 1 }; $f(a)) ¦
    ($f := function($x){ $x }; $f()) ¦ ($f := function($x, $y){ [$x, $y] }; $f(1, 2, 3)) ¦
    function($x){ $x * 2 }(a) ¦ (function($x){ $x * 2 })(a) ¦
    ($f := function($n){ $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5)) ¦
    ($f := function($n, $acc){ $n <= 0 ? $acc : $f($n - 1, $acc + $n) }; $f(500, 0)) ¦
    ($add := function($x){ function($y){ $x + $y } }; $add(1)(a)) ¦
    ($f := function($x){ ($y := $x * 2; $y + 1) }; $map(list, $f)) ¦ items.(function($x){ $x & type }(id)) ¦
    ($t := 2; items[cost > $t].id) ¦ ($t := 2; $map(list, function($v){ $v * $t })) ¦
    items.($i := id; $map(tags, function($t){ $t & $i })) ¦ ($f := 3; $f(1)) ¦ ($g := a; $g(1)) ¦
    $map(list, $string) ¦ $map(words, $uppercase) ¦ $map(list, $round) ¦ $map(list, $sum) ¦
    $filter(mixed, $boolean) ¦ $reduce(list, $append) ¦ $map(object, $keys) ¦ $map(list, a) ¦
    $each(object, $string) ¦ ($f := function($x){ $g($x) }; $g := function($x){ $x & "!" }; $f(word)) ¦
    ($rate := function($x, $y) { $y > 0 ? $round(100 * $x / $y, 1) : 0 }; $rate(a, b)) ¦
    $type(function(){1}) ¦ $map(items, function($v){ {"id": $v.id, "tags": $v.tags} }) ¦ $string($sum) ¦
    $exists($sum) ¦ $count($sum) ¦ $map(items.tags, function($v){ $v }) ¦
    ($x := 1; $f := function(){ $x }; ($x := 2; $f())) ¦ items.$map(tags, function($t){ $t & type }) ¦
    $map([[1,2],[3]], function($v){ $v }) ¦ $map([[1]], function($v){ $v }) ¦
    $map([[1]], function($v){ $v })[0] ¦ $map([1,2,3], function($v){ $v > 1 ? $v })[0] ¦
    $filter([[1]], function($v){ true }) ¦ $map(list, function($l){ ($x := $l; $l + $x) })`,
  application: expressions`
    list ~> $sum ¦ list ~> $sum() ¦ words ~> $join("-") ¦ text ~> $uppercase ~> $lowercase ¦
    text ~> $substring(1, 3) ¦ a ~> function($x){ $x + 1 } ¦ ($f := $uppercase ~> $trim; $f(text)) ¦
    ($f := $sum ~> $string; $f(list)) ¦ a ~> b ¦ items ~> $map(function($i){ $i.id }) ¦ items.tags ~> $count ¦
    list ~> $map(function($v){ $v + 1 }) ~> $sum ¦ nothing ~> $count ¦ (list ~> $sort())[0]`,
  aggregation: expressions`
    $sum(list) ¦ $sum(items.cost) ¦ $sum(a) ¦ $sum(nothing) ¦ $sum(empty) ¦ $sum(words) ¦ $sum(mixed) ¦
    $sum([a, b]) ¦ $sum(nil) ¦ $max(list) ¦ $max([a, b]) ¦ $max([a, nothing]) ¦ $max([nothing, nothing]) ¦
    $max([list, 9]) ¦ $max([0, a - 14]) ¦ $max([0, [5]]) ¦ $min([100, $max([0, a])]) ¦ $min(list) ¦
    $min([a, "x"]) ¦ $min([a]) ¦ $max(empty) ¦ $max(text) ¦ $min(items.cost) ¦ $average(list) ¦
    $average(empty) ¦ $average(a) ¦ $average(items.cost) ¦ $count(list) ¦ $count(a) ¦ $count(nothing) ¦
    $count(empty) ¦ $count(items[cost > 1]) ¦ $count(nil) ¦ $count([]) ¦ $count(items.tags) ¦
    -0.5 * $max([0, a - 14]) ¦ $max([1/0, 1]) ¦ $min([a, b, c]) ¦ $sum([[1, 2], 3]) ¦ $max([a, nested])`,
  numbers: expressions`
    $abs(c) ¦ $abs(text) ¦ $abs(nothing) ¦ $floor(b) ¦ $ceil(b) ¦ $floor(nil) ¦ $round(b) ¦ $round(2.5) ¦
    $round(3.5) ¦ $round(-2.5) ¦ $round(-0.4) ¦ $round(1.005, 2) ¦ $round(12345, -2) ¦ $round(12350, -2) ¦
    $round(a, b) ¦ $round(nothing) ¦ $round(1e-10, 5) ¦ $round(d, 2) ¦ $round(4.525, 2) ¦ $round(1/0) ¦
    $power(a, 2) ¦ $power(c, 0.5) ¦ $power(10, 400) ¦ $power(a, nothing) ¦ $sqrt(a) ¦ $sqrt(c) ¦
    $sqrt(nothing) ¦ $number("12") ¦ $number("1e3") ¦ $number("0x1F") ¦ $number("0b12") ¦ $number(text) ¦
    $number(flag) ¦ $number(nil) ¦ $number("-0.5") ¦ $number("") ¦ $number(" 1") ¦ $number(list) ¦
    $number(nothing) ¦ $number("1e999") ¦ $formatBase(255, 16) ¦ $formatBase(a) ¦ $formatBase(a, 1) ¦
    $formatBase(2.5) ¦ $formatBase(nothing) ¦ $formatBase(-255, 2.4)`,
  texts: expressions`
    $string(a) ¦ $string(list) ¦ $string(object) ¦ $string(object, true) ¦ $string(nothing) ¦ $string(nil) ¦
    $string(flag) ¦ $string(0.1 + 0.2) ¦ $string(1/0) ¦ $string("x") ¦ $string([0.1 + 0.2, "x", null]) ¦
    $length(text) ¦ $length(a) ¦ $length("") ¦ $length(nothing) ¦ $substring(text, 2) ¦ $substring(text, -3) ¦
    $substring(text, 1, 2) ¦ $substring(text, -30, 2) ¦ $substring(text, -3, 2) ¦ $substring(text, 1, 0) ¦
    $substring(text, 1, -1) ¦ $substring(text, nothing) ¦ $substring(text, 1.5, 2) ¦ $substring(nothing, 1) ¦
    $substring(a, 1) ¦ $substring(a, 1, 2) ¦ $substringBefore(text, "o") ¦ $substringAfter(text, "o") ¦
    $substringBefore(text, "zz") ¦ $substringAfter(text, "zz") ¦ $substringBefore(text, "") ¦
    $substringAfter(nothing, "a") ¦ $uppercase(text) ¦ $lowercase(text) ¦ $uppercase(a) ¦
    $uppercase(nothing) ¦ $trim(text) ¦ $trim(" \t\n x ") ¦ $trim("") ¦ $trim(" ") ¦ $pad(word, 6) ¦
    $pad(word, -6) ¦ $pad(word, 6, "ab") ¦ $pad(word, -6, "ab") ¦ $pad(word, 2) ¦ $pad(word, 6, "") ¦
    $pad(word, 7.9, "😀") ¦ $pad(word, -7, "a😀") ¦ $pad(nothing, 3) ¦ $contains(text, "o") ¦
    $contains(text, "") ¦ $contains(text, nothing) ¦ $contains(nothing, "x") ¦ $contains(list, "x") ¦
    $join(words) ¦ $join(words, ", ") ¦ $join(list) ¦ $join("x", "-") ¦ $join(nothing) ¦ $join(empty, "-") ¦
    $join(items.tags, "+") ¦ $split(text, " ") ¦ $split(text, "") ¦ $split(text, " ", 1) ¦
    $split(text, " ", 0) ¦ $split(text, " ", -1) ¦ $split(text, "", 2.7) ¦ $split(nothing, " ") ¦
    $split(a, "x") ¦ $split("", ",") ¦ $split("a,b", ",")[0]`,
  lists: expressions`
    $append(list, 4) ¦ $append(list, words) ¦ $append(nothing, 1) ¦ $append(1, nothing) ¦
    $append(nothing, nothing) ¦ $append(items.id, 9) ¦ $append(a, b) ¦ $append([], []) ¦ $append(one, []) ¦
    $distinct(list) ¦ $distinct(items.type) ¦ $distinct([1, 1]) ¦ $distinct(["x"]) ¦ $distinct(mixed) ¦
    $distinct([{"a": 1}, {"a": 1}]) ¦ $distinct(a) ¦ $distinct(nothing) ¦ $distinct([[1], [1], 1]) ¦
    $distinct(items.tags) ¦ $reverse(list) ¦ $reverse(one) ¦ $reverse(a) ¦ $reverse(nothing) ¦
    $reverse(items.id) ¦ $zip(list, words) ¦ $zip(list, a) ¦ $zip(nothing, list) ¦ $zip([1, 2], [3, 4], [5]) ¦
    $zip(list) ¦ $zip(items.id, items.type) ¦ $zip(a) ¦ $count($append(list, list))`,
  structures: expressions`
    $keys(object) ¦ $keys(items) ¦ $keys(a) ¦ $keys(nothing) ¦ $keys({"x": 1}) ¦ $count($keys(object)) ¦
    $keys([{"b": 1}, {"a": 1, "1": 2}]) ¦ $lookup(object, "x") ¦ $lookup(items, "id") ¦
    $lookup(object, "nope") ¦ $lookup(a, "x") ¦ $lookup(items, "tags") ¦ $lookup(object, a) ¦
    $lookup(single, "id") ¦ $merge([object, {"x": 9}]) ¦ $merge(items) ¦ $merge([]) ¦ $merge(object) ¦
    $merge(a) ¦ $merge(nothing) ¦ $merge([1]) ¦ $merge([{"a": items.id}, {"b": 1}]) ¦ $spread(object) ¦
    $spread({"x": 1}) ¦ $spread(items) ¦ $spread(a) ¦ $spread(nothing) ¦ $spread([{"x": 1}, {"y": 2}]) ¦
    $spread([]) ¦ $spread([{"x": 1}]) ¦ $spread([1, {"x": 1}]) ¦ $type(a) ¦ $type(text) ¦ $type(nil) ¦
    $type(list) ¦ $type(object) ¦ $type(flag) ¦ $type(nothing) ¦ $type(0/0) ¦ $exists(a) ¦ $exists(nothing) ¦
    $exists(nil) ¦ $exists(object.x) ¦ $exists(items[cost > 100]) ¦
    items.$merge([{"i": id}, $sift(function($v, $k){ $k != "tags" })]) ¦ object.$keys($) ¦ items.$keys() ¦
    items.$lookup("id") ¦ object.$each(function($v, $k){ $k }) ¦ object.$spread() ¦ items.$exists(done) ¦
    items.$not(done) ¦ items.$not() ¦ items.$boolean() ¦ list.$abs() ¦ list.$round() ¦ text.$length() ¦
    list.$length() ¦ words.$substring(1) ¦ words.$contains("o") ¦ words.$split("") ¦ words.$pad(6) ¦
    list.$power(2) ¦ list.$formatBase(2) ¦ words.$number()`,
};

function expressions({ raw }: TemplateStringsArray): string[] {
  return (raw[0] as string).split('¦').map((expression) => expression.trim());
}
