/** What is known of the values of features, results and event fields before there are any. */

import { DAY } from '../core/units.ts';
import type { CompileContext } from './compile-context.ts';
import type { EventField, EventType } from './event-catalogue.ts';
import { parse } from './expression/parse.ts';
import { checkTree } from './expression/types/check-expression.ts';
import {
  ABSENT,
  ANY,
  either,
  listOf,
  mayBePresent,
  NEVER,
  NUMBER,
  numberFrom,
  OBJECT,
  objectOf,
  oneOfTexts,
  orAbsent,
  present,
  type Range,
  TEXT,
  TRUTH,
  typeOfValue,
  type ValueType,
} from './expression/types/value-type.ts';
import { type LocatedScalar, plainValue } from './located.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { type AggregateFeature, type GroupFeature, isQuery } from './rule-set.ts';
import { elementFields, LEFT_OUT } from './scope.ts';
import type { PickDefinition } from './shape-definition.ts';

const COUNT = numberFrom(0);
const PERCENT = numberFrom(0, 100);
const LEARNED = orAbsent(
  objectOf([
    ['value', PERCENT],
    ['low', PERCENT],
    ['high', PERCENT],
    ['version', COUNT],
    ['examples', COUNT],
    ['because', ANY],
  ]),
);

const RESPONSE = orAbsent(
  objectOf([
    ['value', COUNT],
    ['low', COUNT],
    ['high', COUNT],
    ['naive', orAbsent(COUNT)],
    ['applications', COUNT],
    ['clicks', COUNT],
    ['spend', COUNT],
    ['click_cost', COUNT],
    ['rate', COUNT],
    ['hours', COUNT],
    ['served', TRUTH],
    ['error', orAbsent(COUNT)],
    ['alarm', orAbsent(oneOfTexts(['low', 'high']))],
    ['curve', ANY],
  ]),
);

/** Of a detector: score, whether it is an alarm, which way, chance, since when, and what was expected and came. */
const DETECTED = orAbsent(
  objectOf([
    ['value', COUNT],
    ['active', TRUTH],
    ['type', orAbsent(oneOfTexts(['high', 'low', 'change']))],
    ['p', numberFrom(0, 1)],
    ['since', orAbsent(NUMBER)],
    ['expected', orAbsent(NUMBER)],
    ['seen', orAbsent(NUMBER)],
  ]),
);

const FORECAST = orAbsent(
  objectOf([
    ['value', NUMBER],
    ['low', NUMBER],
    ['high', NUMBER],
    ['hours', COUNT],
    ['served', TRUTH],
    ['error', orAbsent(COUNT)],
  ]),
);

export class TypeFacts {
  readonly #context: Omit<CompileContext, 'types'>;
  /** By kind and name; while a type is being found, what leads back to it may be anything. */
  readonly #known = new Map<string, ValueType>();

  constructor(context: Omit<CompileContext, 'types'>) {
    this.#context = context;
  }

  /** The value of a key field, feature or result of a kind. */
  of(kind: string, name: string): ValueType {
    const key = `${kind}.${name}`;
    let type = this.#known.get(key);
    if (type === undefined) {
      this.#known.set(key, ANY);
      type = this.#find(kind, name);
      this.#known.set(key, type);
    }
    return type;
  }

  #find(kind: string, name: string): ValueType {
    const sort = this.#context.declared.of(kind).get(name)?.sort;
    if (sort === 'key') return TEXT;
    if (sort === 'result') {
      const rule = this.#context.rules.get(name);
      return rule === undefined ? ANY : this.#result(rule);
    }
    const feature = this.#context.feature(kind, name);
    if (feature === undefined) return ANY;
    if (feature.type === 'group') return this.#group(feature);
    if (feature.type === 'lookup')
      return orDefault(orAbsent(this.of(feature.of.text, feature.field.text)), feature.default);
    if (feature.type === 'screen') return COUNT;
    if (feature.type === 'learned') return LEARNED;
    if (feature.type === 'response') return RESPONSE;
    if (feature.type === 'detector') return DETECTED;
    const type =
      feature.type === 'calc' ? this.#calculated(feature.expression, kind) : this.#aggregate(feature);
    return orDefault(type, feature.default);
  }

  /** Null counts as absent. */
  #calculated(text: LocatedScalar, kind: string): ValueType {
    return orAbsent({ ...this.typeOf(text, (name) => this.of(kind, name)), nothing: false });
  }

  /** An expression that always fails says nothing more where its value is read. */
  typeOf(text: LocatedScalar, names: (name: string) => ValueType | undefined): ValueType {
    const parsed = parse(text.text);
    if (!parsed.ok || text.broken) return ANY;
    const { type, findings } = checkTree(text.text, parsed.tree, names);
    return findings.some(({ severity }) => severity === 'error') || !mayBePresent(type) ? ANY : type;
  }

  #aggregate(feature: AggregateFeature): ValueType {
    const { aggregate, options } = feature;
    switch (aggregate) {
      case 'count':
      case 'pairs':
        return orAbsent(COUNT);
      case 'since': {
        const until = options.until === undefined ? Number.POSITIVE_INFINITY : options.until;
        return orAbsent(numberFrom(0, Math.floor(until / (options.unit ?? DAY))));
      }
    }
    if (aggregate === 'anomaly') return DETECTED;
    if (aggregate === 'forecast') return FORECAST;
    const fed = this.#fed(feature);
    switch (aggregate) {
      case 'sum':
      case 'corrected':
      case 'avg':
        return orAbsent(fed.numbers === undefined || fed.numbers.least >= 0 ? COUNT : NUMBER);
      case 'min':
      case 'max':
      case 'quantile':
      case 'ratios':
        return orAbsent(fed.numbers === undefined ? NUMBER : widened(fed.numbers, aggregate));
      case 'last':
        return orAbsent({ ...fed, nothing: false });
      case 'distinct':
        return orAbsent(listOf(listed(fed)));
    }
    return ANY;
  }

  /** What the events of all types feed. */
  #fed(feature: AggregateFeature): ValueType {
    const { value, sources, each, aggregate } = feature;
    if (value === undefined) return ANY;
    const valued =
      aggregate === 'ratios' || aggregate === 'corrected'
        ? sources.filter(({ rank }) => rank === 0)
        : sources;
    const types = valued.map(({ type }) => this.#context.events.get(type.text));
    if (types.some((type) => type === undefined)) return ANY;
    const names = fieldTypes(
      types as EventType[],
      (each ?? []).map(({ text }) => text),
    );
    return this.typeOf(value, names);
  }

  #group(feature: GroupFeature): ValueType {
    const { verb, child, fields, value } = feature;
    if (isQuery(feature)) return ANY;
    const range = value && this.typeOf(value, (name) => this.of(child.text, name)).numbers;
    switch (verb) {
      case 'count':
        return COUNT;
      case 'rows':
        return listOf(objectOf(fields.map(({ text }) => [text, rowField(this.of(child.text, text))])));
      case 'tally':
        return ANY;
      case 'sum':
        return range !== undefined && range.least < 0 ? NUMBER : COUNT;
      case 'avg':
        return orAbsent(range !== undefined && range.least < 0 ? NUMBER : COUNT);
      default:
        return orAbsent(range === undefined ? NUMBER : numberFrom(range.least, range.most));
    }
  }

  /** A rule that fails or whose condition does not hold has no result. */
  #result(rule: RuleDefinition): ValueType {
    const { shape } = rule;
    if (shape.type === 'pick') return orAbsent(listOf(lineType(shape)));
    if (shape.type === 'allocate') return orAbsent(OBJECT);
    if (shape.type === 'value') return orAbsent(this.typeOf(shape.expression, this.namesOf(rule)));
    const [least, most] = shape.clamp ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const value = numberFrom(least, most);
    if (shape.classes === undefined) return orAbsent(value);
    const classes = oneOfTexts(shape.classes.map((line) => line.class));
    const always = shape.classes.some((line) => line.above === undefined && line.from === undefined);
    return orAbsent(
      objectOf([
        ['value', value],
        ['class', always ? classes : orAbsent(classes)],
      ]),
    );
  }

  /** What the expressions of a rule may read. */
  namesOf(rule: RuleDefinition): (name: string) => ValueType | undefined {
    const names = this.#context.declared.of(rule.kind.text);
    return (name) => {
      if (name === 'params') return typeOfValue(rule.params);
      return names.has(name) ? this.of(rule.kind.text, name) : undefined;
    };
  }
}

/** One line of a pick: its name, and what the other keys hold; of a text that is filled in nothing is known. */
function lineType({ lines }: PickDefinition): ValueType {
  const types = lines.map((line) =>
    objectOf([
      ['name', oneOfTexts([line.name.text])],
      ...line.fields.map(({ key, value }): [string, ValueType] => {
        const isFilled = value.type === 'scalar' && value.text.includes('{{');
        return [key.text, isFilled ? ANY : typeOfValue(plainValue(value))];
      }),
    ]),
  );
  return types.reduce(either, NEVER);
}

/** A value that is missing or null is replaced. */
function orDefault(type: ValueType, value: unknown): ValueType {
  return value === undefined || value === null ? type : either(present(type), typeOfValue(value));
}

/** Estimates may leave the bounds of what was fed by their rounding; they keep its sign. */
function widened({ least, most }: Range, aggregate: string): ValueType {
  if (aggregate !== 'quantile' && aggregate !== 'ratios') return numberFrom(least, most);
  return least >= 0 ? COUNT : NUMBER;
}

/** Objects are listed by their text. */
function listed(fed: ValueType): ValueType {
  const { fields, items } = fed;
  const plain = { ...present(fed), nothing: false, fields: undefined, items: undefined, functions: false };
  return fields || items ? either(plain, TEXT) : plain;
}

/** Null counts as absent. */
function rowField(type: ValueType): ValueType {
  return type === ANY ? ANY : { ...type, absent: true, nothing: false };
}

/** The fields of events of any of these types, with `each` of its elements over them; also `time` and `type`. */
export function fieldTypes(
  types: readonly EventType[],
  each: readonly string[],
): (name: string) => ValueType | undefined {
  return (name) => {
    if (name === 'time') return NUMBER;
    if (name === LEFT_OUT && each.length > 0) return orAbsent(TRUTH);
    if (name === 'type') return oneOfTexts(types.map((type) => type.name));
    const of = types.map((type) => fieldType(type, each, name));
    return of.every((type) => type === undefined)
      ? undefined
      : of.map((type) => type ?? ABSENT).reduce(either);
  };
}

function fieldType(type: EventType, each: readonly string[], name: string): ValueType | undefined {
  const own = type.shape.find((field) => field.name === name);
  const element = elementFields(type, each).find((field) => field.name === name);
  if (element === undefined) return own && typeOfField(own);
  const inner = typeOfField(element);
  return own && inner.absent ? either(inner, typeOfField(own)) : inner;
}

/** Fields that are not declared are kept too, so rows are open. */
function typeOfField(field: EventField): ValueType {
  const type = sortOf(field);
  // Null may stand where a field needs not be.
  return field.required ? type : { ...type, absent: true, nothing: true };
}

function sortOf({ kind, values, least, most, rows }: EventField): ValueType {
  switch (kind) {
    case 'number':
    case 'money':
    case 'budget':
      return numberFrom(least ?? Number.NEGATIVE_INFINITY, most);
    case 'time':
      return NUMBER;
    case 'boolean':
      return TRUTH;
    case 'rows':
      return listOf(
        objectOf(
          (rows ?? []).map((field) => [field.name, orAbsent(typeOfField(field))]),
          true,
        ),
      );
    case 'any':
      return ANY;
    default:
      return values === undefined ? TEXT : oneOfTexts(values);
  }
}
