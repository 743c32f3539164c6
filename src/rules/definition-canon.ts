/** Definitions reduced to what they mean, without places, comments and formatting: the input of hashes. */

import { canonicalExpression } from './canonical.ts';
import type { ImpactDefinition } from './impact-definition.ts';
import type { ShareLimit } from './limits-definition.ts';
import { type LocatedScalar, plainValue } from './located.ts';
import type { MarginalDefinition } from './marginal-definition.ts';
import type { ReportDefinition } from './report-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { FeatureDefinition } from './rule-set.ts';
import type { ShapeDefinition } from './shape-definition.ts';

export function featureCanon(feature: FeatureDefinition): unknown {
  if (feature.type === 'calc') return { calc: expression(feature.expression), default: feature.default };
  if (feature.type === 'group') {
    const { verb, child, fields, value, by, where, top, order, sample } = feature;
    return {
      verb,
      child: child.text,
      fields: fields.map((field) => field.text),
      value: expression(value),
      by: by.map((field) => field.text),
      where: expression(where),
      top,
      order: order?.text,
      sample,
    };
  }
  if (feature.type === 'lookup')
    return { last: feature.field.text, of: feature.of.text, default: feature.default };
  if (feature.type === 'screen') {
    const { event, options, flagged, spent } = feature;
    return { screen: event.text, options, flagged: flagged?.text, spent: spent?.text };
  }
  if (feature.type === 'learned') {
    const { outcome, lost, inputs, horizon } = feature;
    return {
      learn: expression(outcome),
      lost: expression(lost),
      from: inputs.map((input) => input.text),
      horizon,
    };
  }
  if (feature.type === 'detector') {
    const { detector, given, clicks, spent, outcomes, same, where, usual } = feature;
    return {
      anomaly: detector,
      given: given.text,
      on: clicks.text,
      spent: expression(spent),
      outcome: outcomes?.text,
      same: same?.text,
      where: expression(where),
      usual: expression(usual),
    };
  }
  if (feature.type === 'response') {
    const { clicks, spent, where, outcomes, match, prior, plan } = feature;
    return {
      forecast: 'cpa',
      on: clicks.text,
      spent: expression(spent),
      where: expression(where),
      outcome: outcomes.text,
      match: match?.text,
      prior: prior?.text,
      plan: plan && [plan.type.text, plan.each.text, expression(plan.hours)],
    };
  }
  const { aggregate, options, sources, value, corrected, fields, where, each, key } = feature;
  return {
    aggregate,
    options,
    sources: sources.map((source) => [source.type.text, source.rank]),
    value: expression(value),
    corrected: expression(corrected),
    fields: fields?.map((field) => field.text),
    where: expression(where),
    // one list stands as it always did, so that features of old rule sets keep their names
    each: each && (each.length === 1 ? each[0]?.text : each.map(({ text }) => text)),
    key: key?.text,
    default: feature.default,
  };
}

/** Without description, owner and version: they do not change what the rule decides. */
export function ruleCanon(rule: RuleDefinition): unknown {
  const { kind, mode, params, when, every, hold, changeOver, shape, acting, approve, impact } = rule;
  return {
    kind: kind.text,
    mode,
    params,
    when: expression(when),
    every,
    hold,
    changeOver,
    shape: shapeCanon(shape),
    acting,
    approve: approve && { ...approve, autoWhen: expression(approve.autoWhen) },
    impact: impact && impactCanon(impact),
  };
}

function impactCanon({ type, of, stated, text, later }: ImpactDefinition): unknown {
  return {
    type,
    of: of.text,
    stated: expression(stated),
    text: text?.text,
    after: later?.after,
    realised: later && expression(later.realised),
    by: later?.by,
  };
}

export function reportCanon({ description, path, range, params, value }: ReportDefinition): unknown {
  return { description, path: path?.text, range, params, value: expression(value) };
}

function shapeCanon(shape: ShapeDefinition): unknown {
  if (shape.type === 'value') return { value: expression(shape.expression) };
  if (shape.type === 'factors') {
    const factors = shape.factors.map((factor) => ({ ...factor, expression: expression(factor.expression) }));
    return { ...shape, factors };
  }
  if (shape.type === 'pick') {
    const lines = shape.lines.map(({ name, when, until, fields }) => ({
      name: name.text,
      when: expression(when),
      until: expression(until),
      fields: fields.map(({ key, value }) => [key.text, plainValue(value)]),
    }));
    return { pick: lines, onePer: shape.onePer?.text };
  }
  const { total, reserve, among, current, starts, ends, weight, marginal, limits, approve } = shape;
  return {
    ...shape,
    total: expression(total),
    reserve: expression(reserve),
    among: among.text,
    current: expression(current),
    starts: expression(starts),
    ends: expression(ends),
    weight: expression(weight),
    marginal: marginal && marginalCanon(marginal),
    limits: { ...limits, minShare: shareCanon(limits.minShare), maxShare: shareCanon(limits.maxShare) },
    approve: approve && { ...approve, autoWhen: expression(approve.autoWhen) },
  };
}

function marginalCanon(marginal: MarginalDefinition): unknown {
  const { response, within, spent, paused, conversions, targetCpa, objective, probe, explore } = marginal;
  return {
    response: response.text,
    within: within?.text,
    spent: expression(spent),
    paused: expression(paused),
    conversions: expression(conversions),
    targetCpa: expression(targetCpa),
    objective: 'expression' in objective ? expression(objective.expression) : objective,
    probe,
    explore,
  };
}

function shareCanon(limit: ShareLimit): unknown {
  return typeof limit === 'number' ? limit : expression(limit);
}

function expression(text: LocatedScalar | undefined): unknown {
  return text && canonicalExpression(text.text);
}
